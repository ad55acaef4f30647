"""Admins hear once of a pipeline that fails, stands still or works again, and agents never."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.kit.db import Database
from api.settings import ApiSettings
from api.worker.timers import watch_pipeline

NOON = datetime(2040, 2, 14, 12, tzinfo=UTC)
ADMINS, AGENT = (7, 8), 9
HOUR = timedelta(hours=1)


class Pipeline:
    """What runs leave behind, and what people are told of it."""

    def __init__(self, connection: psycopg.Connection[Any], database: Database) -> None:
        self.connection = connection
        self.database = database

    def publish(self, at: datetime) -> None:
        self.connection.execute(
            """
            with publication as (
                insert into serving.publications
                    (published_at, data_as_of, watermark, run_id, code_version, row_counts, check_results)
                values (%(at)s, %(at)s, pg_current_xact_id(), 'run', 'test', '{}', '{}')
                returning publication_id
            )
            insert into serving.current_publication (publication_id) select publication_id from publication
            on conflict (only_row) do update set publication_id = excluded.publication_id
            """,
            {"at": at},
        )

    def fail(self, at: datetime, reason: str = "build/ticket_cube: 3 rows have no series") -> None:
        self.connection.execute(
            "insert into serving.failed_runs (run_id, job_name, failed_at, failures) values (%s, %s, %s, %s)",
            [f"run-{at}", "publish", at, Jsonb([reason])],
        )

    def train(self, at: datetime) -> None:
        self.connection.execute("delete from serving.forecast_series")
        self.connection.execute(
            "insert into serving.forecast_series (series_key, run_id, champion, fallback, model_version,"
            " trained_at, n_obs, quality, warnings) values (gen_random_uuid(), 1, 'blend', false, '1', %s, 9,"
            " '{}', '[]')",
            [at],
        )

    def rebuild(self, at: datetime, changed: int = 0) -> None:
        for table, differing in (("ticket_cube", changed), ("user_days", 0)):
            self.connection.execute(
                "insert into serving.rebuild_comparisons"
                " (run_id, table_name, compared_at, rows, missing, surplus, changed, examples)"
                " values (%s, %s, %s, 90, 0, 0, %s, '[]')",
                [f"rebuild-{at}", table, at, differing],
            )

    async def look(self, at: datetime) -> list[str]:
        return await watch_pipeline(self.database, at)

    def told(self) -> list[tuple[int, str]]:
        """Who was told of what, the first first."""
        rows = self.connection.execute(
            "select user_id, facts ->> 'state' from ops.notification order by occurred_at, user_id"
        )
        return rows.fetchall()

    def messages(self) -> list[str]:
        rows = self.connection.execute(
            "select distinct occurred_at, subject || ': ' || message from ops.notification order by 1"
        )
        return [message for _, message in rows]


@pytest.fixture
async def pipeline(database_url: str, settings: ApiSettings) -> AsyncIterator[Pipeline]:
    database = Database.connect(settings, role="sluice_api")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            """
            insert into ops.role (name) values ('Admin'), ('Agents');
            insert into ops.role_user (role_id, user_id, user_full_name, is_active)
            select role_id, user_id, 'Person ' || user_id, user_id <> 10
            from ops.role cross join (values (7, 'Admin'), (8, 'Admin'), (9, 'Agents'), (10, 'Admin'))
                as people (user_id, role)
            where role.name = people.role
            """
        )
        yield Pipeline(connection, database)
    await database.close()


async def test_a_failing_run_is_told_to_admins_once_and_so_is_recovery(pipeline: Pipeline) -> None:
    pipeline.publish(NOON)
    assert await pipeline.look(NOON) == []
    pipeline.fail(NOON + HOUR)
    assert await pipeline.look(NOON + HOUR) == ["publication_failing"]
    pipeline.fail(NOON + 2 * HOUR)
    assert await pipeline.look(NOON + 2 * HOUR) == []
    pipeline.publish(NOON + 3 * HOUR)
    assert await pipeline.look(NOON + 3 * HOUR) == ["publication_healthy"]
    assert await pipeline.look(NOON + 4 * HOUR) == []
    assert pipeline.told() == [(user, state) for state in ("failing", "healthy") for user in ADMINS]
    failure, recovery = pipeline.messages()
    assert failure.startswith("A run of the pipeline published nothing: Numbers are of 2040-02-14 12:00 UTC")
    assert failure.endswith("The job publish failed: build/ticket_cube: 3 rows have no series")
    assert recovery == "The pipeline publishes again: Numbers are of 2040-02-14 15:00 UTC."


async def test_numbers_that_grow_old_are_told_of_even_if_no_run_fails(pipeline: Pipeline) -> None:
    pipeline.publish(NOON)
    assert await pipeline.look(NOON + 26 * HOUR) == []
    assert await pipeline.look(NOON + 27 * HOUR) == ["publication_stale"]
    assert await pipeline.look(NOON + 28 * HOUR) == []
    assert "sluice pipeline run" in pipeline.messages()[0]


async def test_a_failure_becomes_old_numbers_and_is_told_again(pipeline: Pipeline) -> None:
    pipeline.publish(NOON)
    pipeline.fail(NOON + HOUR)
    told = [await pipeline.look(NOON + hours * HOUR) for hours in (1, 10, 30)]
    assert told == [["publication_failing"], [], ["publication_stale"]]
    assert pipeline.messages()[1].count("3 rows have no series") == 1


async def test_forecasts_that_grow_old_are_told_of(pipeline: Pipeline) -> None:
    pipeline.publish(NOON + 36 * HOUR)
    pipeline.train(NOON)
    assert await pipeline.look(NOON + 36 * HOUR) == []
    assert await pipeline.look(NOON + 37 * HOUR) == ["forecasts_stale"]
    pipeline.train(NOON + 38 * HOUR)
    assert await pipeline.look(NOON + 38 * HOUR) == ["forecasts_healthy"]


async def test_a_rebuild_that_differs_is_told_once_and_so_is_the_next_that_does_not(
    pipeline: Pipeline,
) -> None:
    pipeline.publish(NOON)
    pipeline.rebuild(NOON)
    assert await pipeline.look(NOON) == []
    pipeline.rebuild(NOON + HOUR, changed=3)
    assert await pipeline.look(NOON + HOUR) == ["rebuild_failing"]
    assert await pipeline.look(NOON + 2 * HOUR) == []
    pipeline.rebuild(NOON + 3 * HOUR)
    assert await pipeline.look(NOON + 3 * HOUR) == ["rebuild_healthy"]
    differed, agreed = pipeline.messages()
    assert "differed: ticket_cube (3 rows). What is right has been published" in differed
    assert agreed.endswith("Everything was built anew on 2040-02-14 15:00 UTC, and nothing differed.")


async def test_a_desk_that_never_published_hears_of_its_failures_alone(pipeline: Pipeline) -> None:
    assert await pipeline.look(NOON) == []
    pipeline.fail(NOON)
    assert await pipeline.look(NOON) == ["publication_failing"]
    assert pipeline.messages()[0].startswith(
        "A run of the pipeline published nothing: Nothing is published yet"
    )


async def test_thresholds_that_an_admin_edits_count(pipeline: Pipeline) -> None:
    pipeline.publish(NOON)
    pipeline.connection.execute(
        "update ops.insight_threshold set value = 2 where name = 'publication_warning_hours'"
    )
    assert await pipeline.look(NOON + 3 * HOUR) == ["publication_stale"]


async def test_two_workers_tell_it_once(pipeline: Pipeline, settings: ApiSettings) -> None:
    pipeline.fail(NOON)
    other = Database.connect(settings, role="sluice_api")
    first, second = [await watch_pipeline(database, NOON) for database in (pipeline.database, other)]
    await other.close()
    assert (first, second) == (["publication_failing"], [])
    assert AGENT not in {user for user, _ in pipeline.told()}
    assert len(pipeline.told()) == len(ADMINS)
