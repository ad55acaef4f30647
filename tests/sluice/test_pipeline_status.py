"""`sluice pipeline status`: what is published, what waits, and how runs ended."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.sluice.conftest import Command


@pytest.fixture
def published(database_url: str) -> str:
    """One publication with a check that warned, and a run that failed after it."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """
            with publication as (
                insert into serving.publications
                    (published_at, data_as_of, watermark, run_id, code_version, row_counts, check_results)
                values (
                    now() - interval '1 hour', now() - interval '90 minutes', pg_current_xact_id(),
                    'aaaaaaaa-1', 'test', '{}', %s
                )
                returning publication_id
            )
            insert into serving.current_publication (publication_id) select publication_id from publication
            """,
            [Jsonb({"passed": 61, "failed": ["ledger: run 3 was changed"]})],
        )
        connection.execute(
            "insert into serving.failed_runs (run_id, job_name, failures)"
            " values ('bbbbbbbb-2', 'publish', %s)",
            [Jsonb(["build/ticket_cube: 3 rows have no series"])],
        )
    return database_url


def test_the_newest_run_comes_first_with_its_reason(sluice: Command, published: str) -> None:
    done = sluice("pipeline", "status", SLUICE_DATABASE_URL=published, COLUMNS="200")
    assert done.returncode == 0, done.stderr
    assert "90 minutes old; 0 events wait to be published." in done.stdout
    rows = [line for line in done.stdout.splitlines() if "aaaaaaaa" in line or "bbbbbbbb" in line]
    assert "failed (publish)" in rows[0]
    assert "3 rows have no series" in rows[0]
    assert "publication 1" in rows[1]
    assert "ledger: run 3 was changed" in rows[1]


def test_the_same_as_json(sluice: Command, published: str) -> None:
    done = sluice("pipeline", "status", "--json", "--limit", "1", SLUICE_DATABASE_URL=published)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["publication_id"], told["waiting_events"]) == (1, 0)
    assert told["told"]["publication"]["state"] == "healthy"
    (run,) = told["runs"]
    assert (run["job_name"], run["complaints"]) == ("publish", ["build/ticket_cube: 3 rows have no series"])


def test_before_the_first_publication_it_says_what_to_do(sluice: Command, database_url: str) -> None:
    done = sluice("pipeline", "status", SLUICE_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing has been published yet: sluice pipeline run publishes.")


def test_a_database_without_tables_is_one_sentence(sluice: Command, server_url: str) -> None:
    done = sluice("pipeline", "status", SLUICE_DATABASE_URL=server_url)
    assert done.returncode == 1
    assert "sluice migrate" in done.stderr


@pytest.fixture
def rebuilt(published: str) -> str:
    with psycopg.connect(published) as connection:
        connection.execute(
            """
            insert into serving.rebuild_comparisons
                (run_id, table_name, rows, missing, surplus, changed, examples)
            values
                ('cccccccc-3', 'ticket_cube', 900, 1, 0, 2, '[{"day": "2026-08-01"}]'),
                ('cccccccc-3', 'user_days', 100, 0, 0, 0, '[]')
            """
        )
        connection.execute(
            "insert into serving.backfills (first_day, last_day, built_until)"
            " values ('2026-08-01', '2026-10-29', '2026-08-28')"
        )
    return published


def test_what_a_rebuild_found_and_how_far_a_backfill_came(sluice: Command, rebuilt: str) -> None:
    shown = sluice("pipeline", "status", SLUICE_DATABASE_URL=rebuilt, COLUMNS="200").stdout
    assert "2 tables, 1000 rows. What increments had published differed, and was replaced:" in shown
    assert '  ticket_cube: 2 rows changed, 1 missing, 0 surplus; for instance {"day": "2026-08-01"}' in shown
    assert (
        "has come to 2026-08-28: sluice pipeline backfill --from 2026-08-01 --to 2026-10-29 goes on." in shown
    )
    told = json.loads(sluice("pipeline", "status", "--json", SLUICE_DATABASE_URL=rebuilt).stdout)
    assert [each["table_name"] for each in told["rebuild"]["differing"]] == ["ticket_cube"]
    assert told["unfinished_backfills"][0]["built_until"] == "2026-08-28"


def test_a_database_that_goes_away_is_one_sentence(sluice: Command, published: str) -> None:
    end_who_waits = (
        "select pg_terminate_backend(pid) from pg_locks where not granted"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    with psycopg.connect(published) as blocker, ThreadPoolExecutor() as threads:
        blocker.execute("lock table serving.publications in access exclusive mode")
        asked = threads.submit(sluice, "pipeline", "status", SLUICE_DATABASE_URL=published)
        while not asked.done() and not blocker.execute(end_who_waits).fetchall():
            pass
        done = asked.result()

    assert done.returncode == 1
    assert done.stderr.startswith("sluice: the database went away: sluice status, then the same again;")
