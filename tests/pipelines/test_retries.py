"""What passes by itself is tried again and published; what does not is said at once."""

import os
import threading
from collections.abc import Iterator

import dagster as dg
import psycopg
import pytest

from pipelines.resources import passing_faults
from pipelines.resources.build_lock import SESSION_OF_RUN
from pipelines.runner import run_pipeline
from tests.pipelines.published import publication_count

POLL_SECONDS = 0.1
WAITING = """
    select pid from pg_locks
    where not granted and relation = %s::regclass
        and database = (select oid from pg_database where datname = current_database())
"""


@pytest.fixture(scope="module", autouse=True)
def first_publication(desk_url: str) -> None:  # noqa: ARG001 - the desk to publish
    assert run_pipeline(train=False).published


@pytest.fixture
def blocked(desk_url: str) -> Iterator[psycopg.Connection]:
    """Somebody else's transaction, which a run will have to wait for."""
    with psycopg.connect(desk_url) as blocker:
        yield blocker


def when_waiting_for(table: str, desk_url: str, end: threading.Event) -> int | None:
    """The session that waits for the table, as soon as one does."""
    with psycopg.connect(desk_url, autocommit=True) as watcher:
        while not end.wait(POLL_SECONDS):
            row = watcher.execute(WAITING, [table]).fetchone()
            if row:
                return int(row[0])
    return None


def test_a_step_whose_connection_is_lost_is_tried_again(
    desk_url: str, connection: psycopg.Connection, blocked: psycopg.Connection
) -> None:
    blocked.execute("lock table marts.dim_people in access exclusive mode")
    end = threading.Event()

    def break_connections() -> None:
        # As a restart of the server does it, to the run's lock as well.
        if when_waiting_for("marts.dim_people", desk_url, end) is not None:
            blocked.rollback()
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
                " and (starts_with(application_name, %s) or application_name = 'dbt')",
                [SESSION_OF_RUN],
            )

    breaking = threading.Thread(target=break_connections)
    breaking.start()
    count = publication_count(connection)
    outcome = run_pipeline(train=False)
    end.set()
    breaking.join()

    assert outcome.failures == []
    assert publication_count(connection) == count + 1


def test_a_wait_for_a_lock_ends_and_is_tried_again(
    desk_url: str,
    blocked: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLUICE_PIPELINE_LOCK_SECONDS", "1")
    blocked.execute("lock table marts.dim_people in access exclusive mode")
    end = threading.Event()

    def let_go_after_the_first_try() -> None:
        first = when_waiting_for("marts.dim_people", desk_url, end)
        with psycopg.connect(desk_url, autocommit=True) as watcher:
            while not end.wait(POLL_SECONDS):
                if (first,) not in watcher.execute(WAITING, ["marts.dim_people"]).fetchall():
                    break
        blocked.rollback()

    letting = threading.Thread(target=let_go_after_the_first_try)
    letting.start()
    outcome = run_pipeline(train=False)
    end.set()
    letting.join()

    assert outcome.failures == []


def test_a_failed_check_is_not_tried_again(
    connection: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert passing_faults.FROM_THE_START.max_retries == 3
    connection.execute("create table kept_cube as table build.ticket_cube")
    connection.execute(
        "update build.ticket_cube set tickets = tickets + 1"
        " where day = (select min(day) from build.ticket_cube)"
    )
    home = tmp_path_factory.mktemp("dagster")
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    try:
        outcome = run_pipeline(train=False)
        with dg.DagsterInstance.get() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(outcome.run_id)]
    finally:
        os.environ.pop("DAGSTER_HOME")

    assert not outcome.published
    assert not any(event.is_step_up_for_retry for event in events if event)
    connection.execute("truncate build.ticket_cube")
    connection.execute("insert into build.ticket_cube table kept_cube")
    assert run_pipeline(train=False).published
