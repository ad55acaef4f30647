"""The worked example of the decision log, number by number."""

from typing import Any

from tests.dbt.time.conftest import ToldDesk


def hours(seconds: Any) -> float | None:
    return None if seconds is None else float(seconds) / 3600


def lasted(row: dict[str, Any], what: str) -> tuple[float | None, float | None]:
    """Hours of calendar and of business time."""
    return hours(row[f"{what}_seconds"]), hours(row[f"{what}_business_seconds"])


def test_statuses(told_desk: ToldDesk) -> None:
    rows = told_desk.by_task("fct_status_intervals", "interval_number")[told_desk.example_id]
    assert [(row["status"], *lasted(row, "interval")) for row in rows] == [
        ("pending", 1.5, 1.5),
        ("in progress", 0.5, 0.5),
        ("on_hold", 2, 2),
        ("in progress", 19, 3),
        ("completed", 25, 9),
        ("in progress", 2, 2),
        ("completed", 0, 0),
    ]


def test_holders(told_desk: ToldDesk) -> None:
    rows = told_desk.by_task("fct_holding_intervals", "interval_number")[told_desk.example_id]
    assert [(row["held_by"], row["user_id"], *lasted(row, "interval")) for row in rows] == [
        ("queue", None, 1, 1),
        ("person", 1, 4, 4),
        ("person", 2, 18, 2),
        ("nobody", None, 25, 9),
        ("person", 2, 2, 2),
    ]
    assert rows[0]["role_name"] == "Desk"


def test_times(told_desk: ToldDesk) -> None:
    (row,) = told_desk.by_task("fct_ticket_times")[told_desk.example_id]
    expected = {
        "first_response": (1.5, 1.5),
        "first_resolution": (23, 7),
        "full_resolution": (50, 18),
        "requester_wait": (23, 7),
        "on_hold": (2, 2),
        "agent_work": (21.5, 5.5),
        "unassigned": (1, 1),
    }
    assert {name: lasted(row, name) for name in expected} == expected
    assert (row["touch_count"], row["is_one_touch"], row["is_multi_touch"]) == (3, False, True)


def test_cycles_and_transfers(told_desk: ToldDesk) -> None:
    cycles = told_desk.by_task("fct_reopen_cycles", "cycle_number")[told_desk.example_id]
    assert [(row["outcome"], *lasted(row, "cycle")) for row in cycles] == [
        ("resolved", 23, 7),
        ("resolved", 2, 2),
    ]
    (transfer,) = told_desk.by_task("fct_transfers")[told_desk.example_id]
    assert (transfer["transfer_kind"], transfer["from_user_id"], transfer["to_user_id"]) == ("transfer", 1, 2)


def test_sla(told_desk: ToldDesk) -> None:
    (row,) = told_desk.by_task("fct_sla_outcomes")[told_desk.example_id]
    assert [hours(row[f"{name}_seconds"]) for name in ("hold", "elapsed", "allowed")] == [11, 7, 8]
    assert (row["sla_status"], float(row["used_share"])) == ("met", 0.875)
    assert row["target_resolution_at"].isoformat() == "2026-06-03T13:00:00+00:00"


def test_backlog(told_desk: ToldDesk) -> None:
    rows = told_desk.rows(
        "select * from marts.fct_daily_backlog where date_day < '2026-07-01' order by date_day"
    )
    assert [(str(row["date_day"]), row["opened"], row["resolved"], row["backlog"]) for row in rows] == [
        ("2026-06-01", 1, 0, 1),
        ("2026-06-03", 0, 1, 0),
    ]


def test_states_of_the_past(told_desk: ToldDesk) -> None:
    rows = told_desk.rows(
        "select * from build.ticket_versions where task_id = %s order by valid_from", told_desk.example_id
    )
    told = [
        (row["valid_from"].strftime("%d %H:%M"), row["status"], row["sla_status"], row["target_resolution"])
        for row in rows
    ]
    assert [(*state, target.strftime("%d %H:%M")) for *state, target in told] == [
        ("01 10:00", "pending", "on_track", "02 10:00"),
        ("01 11:30", "in progress", "on_track", "02 10:00"),
        ("01 12:00", "on_hold", "on_track", "02 10:00"),
        ("01 14:00", "in progress", "on_track", "02 12:00"),
        ("02 09:00", "completed", "met", "02 12:00"),
        ("03 10:00", "in progress", "on_track", "03 13:00"),
        ("03 11:24", "in progress", "at_risk", "03 13:00"),
    ]
