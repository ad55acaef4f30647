"""Every published table as each of the last publications showed it."""

import asyncio
from contextlib import suppress
from hashlib import md5
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from pipelines.defs.publication.past import KEPT_PUBLICATIONS
from pipelines.defs.publication.publish import publish
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from tests.api.insights.calls import calling, running_service
from tests.pipelines.defs.publication.random_builds import RandomBuilds

SEEDS = (1, 2)
PUBLICATIONS = KEPT_PUBLICATIONS + 10
DAY = "2026-01-01"
# What the key of all tickets is made of.
ROOT = b"[null, null, null, null, null]"
Shown = dict[str, list[str]]


def publish_now(connection: psycopg.Connection, *, compare_all: bool = False, kept: int = 30) -> int:
    with connection.transaction():
        done = publish(
            connection, run_id="run", code_version="1", check_results={}, compare_all=compare_all, kept=kept
        )
    return done.publication_id


def fail_to_publish(connection: psycopg.Connection) -> None:
    with suppress(ZeroDivisionError), connection.transaction():
        publish(connection, run_id="run", code_version="1", check_results={})
        raise ZeroDivisionError


def shown(connection: psycopg.Connection, publication: int | None = None) -> Shown:
    """Every row now published, or as a publication showed it."""
    read = {}
    for table in PUBLISHED_TABLES:
        source = sql.Identifier("serving", table)
        if publication is not None:
            source = sql.SQL("{}({})").format(sql.Identifier("known", table), publication)
        statement = sql.SQL("select (to_jsonb(t) - 'known_from')::text from {} as t").format(source)
        read[table] = sorted(row for (row,) in connection.execute(statement))
    return read


def count_past(connection: psycopg.Connection, condition: str = "true") -> int:
    counts = [
        connection.execute(f"select count(*) from past.{table} where {condition}").fetchone()[0]
        for table in PUBLISHED_TABLES
    ]
    return sum(counts)


def kept_publications(connection: psycopg.Connection) -> list[int]:
    rows = connection.execute("select publication_id from past.publications order by publication_id")
    return [publication for (publication,) in rows]


class TestPast:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_kept_publication_is_as_it_was(self, builder: psycopg.Connection, seed: int) -> None:
        builds = RandomBuilds(builder, seed)
        copies: dict[int, Shown] = {}
        for number in range(PUBLICATIONS):
            builds.build()
            if builds.generator.random() < 0.2:
                fail_to_publish(builder)
            publication = publish_now(builder, compare_all=number % 7 == 0)
            copies[publication] = shown(builder)
            asked = builds.generator.choice(kept_publications(builder))
            assert shown(builder, asked) == copies[asked]

        kept = kept_publications(builder)

        assert kept == sorted(copies)[-KEPT_PUBLICATIONS:]
        for publication in kept:
            assert shown(builder, publication) == copies[publication]
        assert count_past(builder) > 0
        assert count_past(builder, f"known_until <= {kept[0]}") == 0

    def test_a_full_refresh_that_changes_nothing_adds_nothing(self, builder: psycopg.Connection) -> None:
        builds = RandomBuilds(builder, seed=3)
        for _ in range(3):
            builds.build()
            publication = publish_now(builder)
        copy, rows = shown(builder), count_past(builder)

        publish_now(builder, compare_all=True)

        assert (count_past(builder), shown(builder, publication)) == (rows, copy)

    def test_fewer_can_be_kept(self, builder: psycopg.Connection) -> None:
        builds = RandomBuilds(builder, seed=4)
        for _ in range(5):
            builds.build()
            newest = publish_now(builder, kept=2)

        assert kept_publications(builder) == [newest - 1, newest]
        assert count_past(builder, f"known_until < {newest}") == 0

    def test_a_refused_publication_leaves_the_past_as_it_was(self, builder: psycopg.Connection) -> None:
        builds = RandomBuilds(builder, seed=5)
        for _ in range(2):
            builds.build()
            publication = publish_now(builder)
        copy, rows, kept = shown(builder), count_past(builder), kept_publications(builder)
        builds.build()

        fail_to_publish(builder)

        assert (count_past(builder), kept_publications(builder)) == (rows, kept)
        assert shown(builder, publication) == copy


class TestRacingReaders:
    """Readers who ask for publications that are just made, and just forgotten."""

    PUBLICATIONS = 25

    def build(self, connection: psycopg.Connection, generation: int) -> None:
        """A generation is so many tickets on the dashboard, and so many people."""
        key = str(UUID(bytes=md5(ROOT, usedforsecurity=False).digest()))
        connection.execute("update intermediate.int_changes__first_day set unpublished_from = '-infinity'")
        columns = connection.execute("select * from build.ticket_cube limit 0").description or ()
        cube = {column.name: generation for column in columns} | {"series_key": key, "day": DAY}
        people = {"series_key": key, "month": DAY, "days": [DAY], "last_seen": [DAY], "users": [generation]}
        for table, row in (("ticket_cube", cube), ("user_days", people)):
            connection.execute(f"truncate build.{table}")
            connection.execute(
                f"insert into build.{table} select * from jsonb_populate_record(null::build.{table}, %s)",
                [Jsonb(row)],
            )

    async def test_get_all_of_a_publication_or_a_refusal(
        self, builder: psycopg.Connection, database_url: str
    ) -> None:
        generations: dict[int, int] = {}
        self.build(builder, 0)
        generations[publish_now(builder, kept=3)] = 0
        seen: list[tuple[int, int, int]] = []

        def publish_all() -> None:
            for generation in range(1, self.PUBLICATIONS):
                self.build(builder, generation)
                generations[publish_now(builder, kept=3)] = generation

        async with running_service(database_url, pool_size=3) as app, calling(app, "Admin") as client:
            publishing = asyncio.create_task(asyncio.to_thread(publish_all))
            while not publishing.done():
                for asked in sorted(generations)[-4:]:
                    response = await client.get("/tickets/dashboard/", params={"known_on": asked})
                    if response.status_code == 200:
                        told = response.json()
                        seen.append((asked, told["total_tickets"], told["total_users"]))
                    else:
                        assert "no longer kept" in response.json()["details"]["known_on"][0]
            await publishing

        assert len(seen) > self.PUBLICATIONS
        assert {(tickets, people) for _, tickets, people in seen} <= {(n, n) for n in generations.values()}
        assert [one for one in seen if one[1] != generations[one[0]]] == []


class TestKeep:
    """What a migration calls for a table that it makes or changes."""

    def test_another_shape_ends_the_past(self, builder: psycopg.Connection) -> None:
        builds = RandomBuilds(builder, seed=6)
        for _ in range(3):
            builds.build()
            newest = publish_now(builder)

        builder.execute("alter table serving.agent_load add column mood text")
        builder.execute("call past.keep('agent_load')")

        assert kept_publications(builder) == [newest]
        assert shown(builder, newest) == shown(builder)
        builder.execute("alter table build.agent_load add column mood text default 'fine'")
        publish_now(builder)
        assert shown(builder, newest) != shown(builder)

    def test_the_service_reads_the_past_and_changes_nothing(self, builder: psycopg.Connection) -> None:
        builder.execute("set role sluice_api")
        builder.execute("select * from known.department_rows(1), known.current_publication(1)")
        for table in (*PUBLISHED_TABLES, "publications"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                builder.execute(f"delete from past.{table}")
