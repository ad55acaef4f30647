import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from pipelines.runner import run_pipeline
from tests.pipelines.published import add_ticket, publication_count, published_rows

PROJECT = Path(__file__).parent.parent.parent
PUBLISH = "from pipelines.runner import run_pipeline; print(run_pipeline(train=False))"
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module", autouse=True)
def first_publication(desk_url: str) -> None:  # noqa: ARG001 - the desk to publish
    outcome = run_pipeline(train=False)
    assert outcome.failures == []


class TestPublication:
    def test_outcome_names_the_publication_readers_see(self, connection: psycopg.Connection) -> None:
        outcome = run_pipeline(train=False)

        current = connection.execute(
            "select publication_id, data_as_of from serving.current_publication"
            " join serving.publications using (publication_id)"
        ).fetchone()
        assert outcome.published
        assert current == (outcome.publication_id, outcome.data_as_of)

    def test_full_refresh_gives_what_the_increments_gave(self, connection: psycopg.Connection) -> None:
        add_ticket(connection, "INCREMENT-1")
        assert run_pipeline(train=False).published
        incremental = published_rows(connection)

        assert run_pipeline(train=False, full_refresh=True).published

        assert published_rows(connection) == incremental

    def test_publication_records_what_its_checks_found(self, connection: psycopg.Connection) -> None:
        run_pipeline(train=False)

        counts, checks = connection.execute(
            "select row_counts, check_results from serving.publications order by publication_id desc limit 1"
        ).fetchone() or ({}, {})
        tickets = connection.execute("select count(*) from ops.task where deleted_at is null").fetchone()
        assert (counts["ticket_rows"],) == tickets
        assert checks["failed"] == []
        assert checks["passed"] > 30


class TestNothingIsPublishedBy:
    def test_a_run_whose_volume_fails_the_gate(self, connection: psycopg.Connection) -> None:
        before, count = published_rows(connection), publication_count(connection)
        connection.execute("update ops.task set deleted_at = now() where task_id % 3 <> 0")

        outcome = run_pipeline(train=False)

        assert not outcome.published
        assert "kept_share" in outcome.failures[0]
        assert (published_rows(connection), publication_count(connection)) == (before, count)
        connection.execute("update ops.task set deleted_at = null")
        assert run_pipeline(train=False).published

    def test_a_run_whose_operational_rows_fail_the_gate(self, connection: psycopg.Connection) -> None:
        before, count = published_rows(connection), publication_count(connection)
        connection.execute("update ops.task set sla_started_at = sla_started_at + interval '9 years'")

        outcome = run_pipeline(train=False)

        assert not outcome.published
        assert "target_resolution and sla_started_at" in outcome.failures[0]
        assert (published_rows(connection), publication_count(connection)) == (before, count)
        connection.execute("update ops.task set sla_started_at = sla_started_at - interval '9 years'")
        assert run_pipeline(train=False).published

    @pytest.mark.parametrize(
        ("touched_by_stage", "number"),
        [
            # As a script's `&` starts it, asked to end; then what no process can hear.
            pytest.param("ops.ticket_snapshot", signal.SIGTERM, id="checking"),
            pytest.param("marts.fct_tickets", signal.SIGKILL, id="building"),
            pytest.param("serving.forecast_points", signal.SIGKILL, id="publishing"),
        ],
    )
    def test_a_run_ended_while(
        self, touched_by_stage: str, number: signal.Signals, desk_url: str, connection: psycopg.Connection
    ) -> None:
        before, count = published_rows(connection), publication_count(connection)
        add_ticket(connection, f"KILLED-{touched_by_stage}")
        # The lock holds the run at the stage that needs the table, so that the kill hits just there.
        with psycopg.connect(desk_url) as blocker:
            blocker.execute(f"lock table {touched_by_stage} in access exclusive mode")
            run = subprocess.Popen(
                ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-W", "ignore", "-c", PUBLISH],
                cwd=PROJECT,
                env=dict(os.environ),
            )
            waited_from = time.monotonic()
            while not _someone_waits_for(connection, touched_by_stage):
                assert run.poll() is None, "the run ended before it was asked to"
                assert time.monotonic() - waited_from < PATIENCE_SECONDS, "the run never came to the stage"
            run.send_signal(number)
            run.wait(PATIENCE_SECONDS)
            _end_waiting(connection, touched_by_stage)

        assert (published_rows(connection), publication_count(connection)) == (before, count)
        assert run_pipeline(train=False).published
        tickets = [
            row for row in published_rows(connection)["ticket_rows"] if f"KILLED-{touched_by_stage}" in row
        ]
        assert len(tickets) == 1


def _someone_waits_for(connection: psycopg.Connection, table: str) -> bool:
    return bool(_waiting(connection, table))


def _end_waiting(connection: psycopg.Connection, table: str) -> None:
    # The server notices that a client is gone only when it next speaks to it.
    for backend in _waiting(connection, table):
        connection.execute("select pg_terminate_backend(%s)", [backend])


def _waiting(connection: psycopg.Connection, table: str) -> list[int]:
    rows = connection.execute(
        "select pid from pg_locks where not granted and relation = %s::regclass"
        " and database = (select oid from pg_database where datname = current_database())",
        [table],
    )
    return [backend for (backend,) in rows]
