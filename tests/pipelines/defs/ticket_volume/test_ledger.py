"""What was forecast cannot be changed, and where the guard is taken away the change is told."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pipelines.defs.ticket_volume.ledger import find_broken_seal_of_newest, find_broken_seals, seal_run
from tests.factories.forecasts import change_unguarded, issue_hours, issue_run

COLUMNS = {
    "forecast_run": "kind",
    "forecast_series": "champion",
    "forecast_point": "predicted",
    "forecast_hours": "predicted",
    "forecast_seal": "hash",
}
REMOVE_FIRST_RUN = "; ".join(f"delete from ml.{table} where run_id = 1" for table in reversed(COLUMNS))
# What the seal of a run was before there were hours: of run 1 as `issue_run` makes it at 10 tickets a day.
SEALED_BEFORE_HOURS = "1faaf00477717cb69ab5fb97b5fd03077bf2d3627234a08cd662591039e67ec7"
ADD_A_DAY = """
    insert into ml.forecast_point
    select run_id, series_key, granularity, ds + 7, predicted, 0, 1, 0, 1, 0, 1
    from ml.forecast_point where run_id = 3 and ds = '2026-03-11'
"""


@pytest.fixture
def ledger(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Three sealed runs of one series and two days each, the last two with hours."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for number in range(1, 4):
            with connection.transaction():
                run_id = issue_run(connection, 10.0 * number)
                if number > 1:
                    issue_hours(connection, run_id)
                seal_run(connection, run_id)
        yield connection


def broken(connection: psycopg.Connection[Any]) -> list[int]:
    """Numbers of the runs that are not as they were sealed."""
    with connection.transaction():
        return [int(sentence.split()[1]) for sentence in find_broken_seals(connection)]


def test_runs_that_nobody_touched_are_whole(ledger: psycopg.Connection[Any]) -> None:
    assert broken(ledger) == []
    ledger.execute("set timezone = 'Asia/Tokyo'; set extra_float_digits = 0; set datestyle = 'German'")
    assert broken(ledger) == []


@pytest.mark.parametrize(("table", "column"), COLUMNS.items())
@pytest.mark.parametrize("change", ["delete from {}", "update {0} set {1} = {1}", "truncate {} cascade"])
def test_the_database_refuses_to_change_a_row(
    ledger: psycopg.Connection[Any], table: str, column: str, change: str
) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        ledger.execute(change.format(f"ml.{table}", column))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update ml.forecast_point set predicted = 11 where run_id = 1 and ds = '2026-03-11'", [1]),
        ("update ml.forecast_series set champion = 'theta' where run_id = 2", [2]),
        (
            "update ml.forecast_run set trained_at = trained_at + interval '1 microsecond' where run_id = 3",
            [3],
        ),
        ("delete from ml.forecast_point where run_id = 2 and ds = '2026-03-11'", [2]),
        (ADD_A_DAY, [3]),
        ("update ml.forecast_hours set half_widths = '{1,2,4}' where run_id = 2", [2]),
        ("delete from ml.forecast_hours where run_id = 3", [3]),
        ("delete from ml.forecast_seal where run_id = 2", [2, 3]),
        (REMOVE_FIRST_RUN, [2]),
    ],
)
def test_a_change_past_the_guard_is_told(
    ledger: psycopg.Connection[Any], statement: str, told: list[int]
) -> None:
    change_unguarded(ledger, statement)
    assert set(told) <= set(broken(ledger)) <= {*told, max(told) + 1}


@pytest.mark.parametrize(
    ("statement", "is_told"),
    [
        ("update ml.forecast_point set predicted = 11 where run_id = 1 and ds = '2026-03-11'", False),
        ("update ml.forecast_point set predicted = predicted * 1.0001 where run_id = 3", True),
        ("delete from ml.forecast_seal where run_id = 3", True),
        ("delete from ml.forecast_seal", False),
        ("select", False),
    ],
)
def test_what_is_served_is_held_to_its_seal(
    ledger: psycopg.Connection[Any], statement: str, *, is_told: bool
) -> None:
    change_unguarded(ledger, statement)
    with ledger.transaction():
        assert ("run 3 of" in (find_broken_seal_of_newest(ledger) or "")) == is_told


def test_a_run_from_before_there_were_hours_keeps_its_seal(ledger: psycopg.Connection[Any]) -> None:
    sealed = ledger.execute("select encode(hash, 'hex') from ml.forecast_seal where run_id = 1").fetchone()
    assert sealed == (SEALED_BEFORE_HOURS,)


def test_hours_that_were_slipped_into_an_old_run_are_told(ledger: psycopg.Connection[Any]) -> None:
    issue_hours(ledger, 1)
    assert broken(ledger) == [1]


def test_a_run_that_was_slipped_in_is_told_for_ever(ledger: psycopg.Connection[Any]) -> None:
    issue_run(ledger, 40)
    assert broken(ledger) == [4]
    with ledger.transaction():
        seal_run(ledger, issue_run(ledger, 50))
    assert broken(ledger) == [4]


def test_runs_from_before_there_were_seals_are_sealed_with_the_next(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        issue_run(connection, 10)
        with connection.transaction():
            seal_run(connection, issue_run(connection, 20))
        assert broken(connection) == []
