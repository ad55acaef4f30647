from pathlib import Path

from api.kit.db import with_database
from tests.conftest import temporary_database
from tests.faults.publication_race import race
from tests.fixtures.published_desk import publish_simulated


async def test_no_answer_mixes_two_publications(
    server_url: str, template_database: str, tmp_path: Path
) -> None:
    with temporary_database(server_url, template=template_database) as name:
        url = with_database(server_url, name)
        publish_simulated(url, tmp_path)
        verdict = await race(url, publications=8, requests=1_000)

    assert (verdict.torn, verdict.refused) == ([], [])
    assert (verdict.publications >= 8, verdict.requests >= 1_000) == (True, True)
