"""Days that are built anew, step by step, in one go and with interruptions."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.defs.backfill.days import Days, begin
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.resources.postgres import Postgres
from pipelines.runner import run_backfill, run_pipeline
from tests.pipelines.published import add_ticket, published_rows

PROJECT = Path(__file__).parents[4]
TODAY = datetime.now(UTC).date()
FIRST, LAST = TODAY - timedelta(days=99), TODAY - timedelta(days=10)
# Fewer days for what no interruption is about: a step of seven takes as long whatever came before it.
FEW = Days(TODAY - timedelta(days=72), LAST)
BACKFILL = (
    "from datetime import date; from pipelines.runner import run_backfill;"
    f" print(run_backfill(date.fromisoformat('{FIRST}'), date.fromisoformat('{LAST}')))"
)
# As if a model had been wrong when those days were built, in what no data test looks at: no run notices.
SPOIL = """
    update build.ticket_cube set escalated = escalated + 1 where day between '{first}' and '{last}';
    update build.work_cube set handed_over = handed_over + 1 where day between '{first}' and '{last}';
    update build.user_days set users = array_fill(7, array[cardinality(users)]) where month = '{month}';
    update build.duration_histogram set counts = array_fill(7, array[cardinality(counts)])
    where month = '{month}';
    update intermediate.int_changes__first_day set unpublished_from = '-infinity'
"""
PATIENCE_SECONDS = 900
POLL_SECONDS = 0.1


@pytest.fixture(scope="module")
def desk_days() -> int:
    return 120


@pytest.fixture(scope="module")
def right(desk_url: str) -> dict[str, list[str]]:
    """What is published before anything is wrong."""
    assert run_pipeline(train=False).published
    with psycopg.connect(desk_url) as connection:
        return published_rows(connection)


@pytest.fixture
def days(request: pytest.FixtureRequest) -> Days:
    """Those that are built anew."""
    found: Days = getattr(request, "param", Days(FIRST, LAST))
    return found


@pytest.fixture
def spoilt(connection: psycopg.Connection, right: dict[str, list[str]], days: Days) -> dict[str, list[str]]:
    # Long over, or the publication makes it anew by itself.
    month = (days.first + timedelta(days=25)).replace(day=1)
    connection.execute(SPOIL.format(first=days.first, last=days.last, month=month))
    assert run_pipeline(train=False).published
    assert differing(connection, right) >= {"ticket_cube", "work_cube", "user_days", "duration_histogram"}
    return right


def differing(connection: psycopg.Connection, right: dict[str, list[str]]) -> set[str]:
    now = published_rows(connection)
    return {table for table in PUBLISHED_TABLES if now[table] != right[table]}


def built_until(connection: psycopg.Connection) -> date | None:
    row = connection.execute("select built_until from serving.backfills where built_at is null").fetchone()
    return row[0] if row else None


def test_before_anything_was_built_it_says_what_to_do(database_url: str) -> None:
    with pytest.raises(LookupError, match="run `sluice pipeline run` first"):
        begin(Days(FIRST, LAST), Postgres(database_url=database_url))


@pytest.mark.parametrize("days", [FEW], indirect=True)
def test_in_one_go(connection: psycopg.Connection, spoilt: dict[str, list[str]], days: Days) -> None:
    told: list[tuple[int, int]] = []

    outcome = run_backfill(days.first, days.last, lambda done, count: told.append((done, count)))

    assert outcome.failures == []
    assert differing(connection, spoilt) == set()
    assert told[:3] == [(0, 63), (7, 63), (14, 63)]
    assert told[-1] == (63, 63)
    finished = connection.execute("select first_day, last_day, built_until from serving.backfills").fetchall()
    assert finished == [(days.first, days.last, days.last)]


def test_killed_half_way_and_gone_on_with(
    desk_url: str, connection: psycopg.Connection, spoilt: dict[str, list[str]]
) -> None:
    reached = kill_half_way(desk_url, connection)
    told: list[int] = []

    outcome = run_backfill(FIRST, LAST, lambda done, _count: told.append(done))

    assert outcome.failures == []
    assert FIRST < reached < LAST
    assert told[1] == (reached - FIRST).days + 8
    assert differing(connection, spoilt) == set()


def test_killed_half_way_and_finished_by_an_ordinary_publication(
    desk_url: str, connection: psycopg.Connection, spoilt: dict[str, list[str]]
) -> None:
    kill_half_way(desk_url, connection)

    assert run_pipeline(train=False).published

    assert differing(connection, spoilt) == set()
    assert run_backfill(FIRST, LAST).published
    assert built_until(connection) is None


@pytest.mark.parametrize("days", [FEW], indirect=True)
def test_days_that_change_meanwhile_are_in_it(
    connection: psycopg.Connection, spoilt: dict[str, list[str]], days: Days
) -> None:
    assert spoilt
    add_ticket(connection, "BACKFILLED-1")

    assert run_backfill(days.first, days.last).published

    by_steps = published_rows(connection)
    assert run_pipeline(train=False, full_refresh=True).published
    assert published_rows(connection) == by_steps


def kill_half_way(desk_url: str, connection: psycopg.Connection) -> date:
    """Start a backfill, kill it in the midst of a step, and say up to which day it had come."""
    run = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", BACKFILL],
        cwd=PROJECT,
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
    )
    waited_from = time.monotonic()
    while (built_until(connection) or FIRST) < FIRST + timedelta(days=27):
        assert goes_on(run), "the backfill ended before it was asked to"
        assert time.monotonic() - waited_from < PATIENCE_SECONDS, "the backfill never came half-way"
    with psycopg.connect(desk_url) as blocker:
        # Some of the step's tables are built by then, some are not.
        blocker.execute("lock table build.work_cube in access exclusive mode")
        while not connection.execute(
            "select 1 from pg_locks where not granted and relation = 'build.work_cube'::regclass"
        ).fetchone():
            assert goes_on(run), "the backfill ended before it was asked to"
            assert time.monotonic() - waited_from < PATIENCE_SECONDS
        run.send_signal(signal.SIGKILL)
        run.wait(PATIENCE_SECONDS)
    reached = built_until(connection)
    assert reached is not None
    return reached


def goes_on(run: "subprocess.Popen[bytes]") -> bool:
    """Whether the run has not ended, after a moment."""
    with suppress(subprocess.TimeoutExpired):
        run.wait(POLL_SECONDS)
    return run.returncode is None
