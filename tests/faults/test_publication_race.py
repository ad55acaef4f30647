import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from api.kit.db import with_database
from tests.conftest import temporary_database
from tests.faults.publication_race import race
from tests.fixtures.published_desk import PublishedDesk


async def test_no_answer_mixes_two_publications(server_url: str, published_desk: PublishedDesk) -> None:
    template = str(conninfo_to_dict(published_desk.url)["dbname"])
    with psycopg.connect(server_url, autocommit=True) as connection:
        # A database that somebody is connected to cannot be copied.
        connection.execute(
            sql.SQL("select pg_terminate_backend(pid) from pg_stat_activity where datname = {}").format(
                template
            )
        )
    with temporary_database(server_url, template=template) as name:
        verdict = await race(with_database(server_url, name), publications=8, requests=1_000)

    assert verdict.torn == []
    assert (verdict.publications >= 8, verdict.requests >= 1_000) == (True, True)
