"""Waits, work, touches, cycles and SLA outcomes of every life of the told desk."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from api.sla.calendars import MICROSECOND
from api.sla.clock import SlaState
from tests.dbt.time.conftest import ToldDesk
from tests.dbt.time.desk import ALLOWED, MEMBERS, sla_clock, working_time
from tests.dbt.time.expected import Account
from tests.dbt.time.told import RESPONSES, Life

WAITING = ("pending", "in progress")


def spent(account: Account, at: datetime | None) -> tuple[int | None, int | None]:
    return (None, None) if at is None else account.between(account.life.created_at, at)


def first(life: Life, *kinds: str) -> datetime | None:
    return next((at for kind, _, _, at in life.events if kind in kinds), None)


class TestTicketTimes:
    def test_every_life_took_its_time(self, told_desk: ToldDesk) -> None:
        for task_id, (row,) in told_desk.by_task("fct_ticket_times").items():
            account = told_desk.account(task_id)
            life = account.life
            expected = {
                "first_response": spent(account, first(life, *RESPONSES)),
                "first_resolution": spent(account, first(life, "completed")),
                "full_resolution": spent(account, account.until if life.status == "completed" else None),
                "requester_wait": account.total(lambda at: account.status_at(at) in WAITING),  # noqa: B023 - used at once
                "on_hold": account.total(lambda at: account.status_at(at) == "on_hold"),  # noqa: B023
                "agent_work": account.total(
                    lambda at: account.status_at(at) == "in progress" and account.holder_at(at) is not None  # noqa: B023
                ),
                "unassigned": account.total(lambda at: account.holding_at(at).held_by == "queue"),  # noqa: B023
            }
            found = {name: (row[f"{name}_seconds"], row[f"{name}_business_seconds"]) for name in expected}
            assert found == expected, life

    def test_the_time_on_hold_is_no_part_of_the_net_resolution(self, told_desk: ToldDesk) -> None:
        rows = [row for (row,) in told_desk.by_task("fct_ticket_times").values()]
        for row in rows:
            full = row["full_resolution_seconds"]
            net = None if full is None else full - row["on_hold_seconds"]
            assert row["net_resolution_seconds"] == net
        assert any(row["net_resolution_seconds"] is None for row in rows)
        assert any(row["on_hold_seconds"] and row["net_resolution_seconds"] for row in rows)

    def test_touches(self, told_desk: ToldDesk) -> None:
        ones = 0
        for task_id, (row,) in told_desk.by_task("fct_ticket_times").items():
            account = told_desk.account(task_id)
            is_done = account.life.status == "completed"
            is_reopened = account.life.at_last("reopened") is not None
            touches = account.touches()
            assert row["touch_count"] == touches
            assert row["is_one_touch"] == (is_done and touches == 1 and not is_reopened)
            assert row["is_multi_touch"] == (is_done and (touches > 1 or is_reopened))
            ones += row["is_one_touch"]
        assert ones > 2


class TestReopenCycles:
    def test_cycles_begin_and_end_with_their_events(self, told_desk: ToldDesk) -> None:
        for task_id, rows in told_desk.by_task("fct_reopen_cycles", "task_id, cycle_number").items():
            account = told_desk.account(task_id)
            starts = [account.life.created_at]
            starts += [at for kind, _, _, at in account.life.events if kind == "reopened"]
            ends: list[datetime | None] = [
                at for kind, _, _, at in account.life.events if kind in {"completed", "cancelled"}
            ]
            ends += [None] * (len(starts) - len(ends))
            cycles = list(zip(starts, ends, strict=True))
            assert [(row["opened_at"], row["ended_at"]) for row in rows] == cycles
            assert [(row["cycle_seconds"], row["cycle_business_seconds"]) for row in rows] == [
                account.between(start, end or account.until) for start, end in cycles
            ]


class TestSlaOutcomes:
    def test_states_and_working_time_are_those_of_the_clock(self, told_desk: ToldDesk) -> None:
        states = set()
        for task_id, (row,) in told_desk.by_task("fct_sla_outcomes").items():
            life = told_desk.lives[task_id]
            clock = sla_clock(life)
            judged_at = clock.completed_at or clock.cancelled_at or clock.hold_started_at or told_desk.as_of
            elapsed = working_time(life).between(life.created_at, judged_at) - clock.held
            assert row["sla_status"] == clock.state_at(told_desk.as_of)
            assert row["judged_at"] == judged_at
            assert row["elapsed_seconds"] == Decimal(elapsed // MICROSECOND) / 1_000_000
            assert row["hold_seconds"] == Decimal(clock.held // MICROSECOND) / 1_000_000
            assert row["allowed_seconds"] == ALLOWED / timedelta(seconds=1)
            states.add(row["sla_status"])
        assert states >= {SlaState.MET, SlaState.BREACHED, SlaState.NO_SLA}


class TestTransfers:
    def test_each_handover_names_both_ends(self, told_desk: ToldDesk) -> None:
        for task_id, rows in told_desk.by_task("fct_transfers", "task_item_id").items():
            life = told_desk.lives[task_id]
            expected = [
                (
                    {"Transferred": "transfer", "Escalation": "escalation"}[item.origin],
                    MEMBERS[life.items[item.came_from].member][1],
                    MEMBERS[item.member][1],
                    item.assigned_at,
                )
                for item in life.items
                if item.came_from is not None
            ]
            found = [
                (row["transfer_kind"], row["from_user_id"], row["to_user_id"], row["made_at"]) for row in rows
            ]
            assert found == expected


class TestDailyBacklog:
    def test_each_day_is_the_day_before_and_what_happened(self, told_desk: ToldDesk) -> None:
        rows = told_desk.rows("select * from marts.fct_daily_backlog order by date_day")
        backlog = 0
        for row in rows:
            backlog += row["opened"] - row["resolved"] - row["cancelled"]
            assert row["backlog"] == backlog
        is_open = [life.status not in {"completed", "cancelled"} for life in told_desk.lives.values()]
        assert backlog == sum(is_open)
        assert all(before["date_day"] < after["date_day"] for before, after in pairwise(rows))

    def test_days_are_those_of_the_lives(self, told_desk: ToldDesk) -> None:
        found = {row["date_day"]: row for row in told_desk.rows("select * from marts.fct_daily_backlog")}
        for row_name, status in (("resolved", "completed"), ("cancelled", "cancelled")):
            days = [
                told_desk.account(task_id).until.date()
                for task_id, life in told_desk.lives.items()
                if life.status == status
            ]
            assert sum(row[row_name] for row in found.values()) == len(days) > 10
            assert all(found[day][row_name] == days.count(day) for day in days)


class TestDimensions:
    def test_dates_go_from_the_first_ticket_to_the_run(self, told_desk: ToldDesk) -> None:
        rows = told_desk.rows(
            "select date_day, iso_week_number, weekday_number from marts.dim_dates order by 1"
        )
        firsts = min(life.created_at for life in told_desk.lives.values()).date()
        days = [firsts + timedelta(days=n) for n in range((told_desk.as_of.date() - firsts).days + 1)]
        assert [row["date_day"] for row in rows] == days
        assert [(row["iso_week_number"], row["weekday_number"]) for row in rows] == [
            day.isocalendar()[1:] for day in days
        ]

    def test_people_are_in_all_their_roles(self, told_desk: ToldDesk) -> None:
        rows = told_desk.rows("select user_id, active_role_names from marts.dim_people order by 1")
        assert [(row["user_id"], row["active_role_names"]) for row in rows] == [
            (1, ["Desk"]), (2, ["Desk"]), (3, ["Experts"]), (4, ["Experts"]), (5, ["Desk", "Experts"]),
        ]  # fmt: skip

    def test_calendars_tell_their_hours(self, told_desk: ToldDesk) -> None:
        rows = told_desk.rows(
            "select time_zone, sum(open_seconds) as open_seconds, min(opens_at) as first, "
            "max(closes_at) as last from marts.dim_calendar_intervals "
            "join marts.dim_calendars using (calendar_revision_id) "
            "group by calendar_revision_id, time_zone order by calendar_revision_id"
        )
        lives = {life.calendar: life for life in told_desk.lives.values()}
        assert len(rows) == 3
        for calendar, row in enumerate(rows):
            hours = working_time(lives[calendar])
            assert row["open_seconds"] == hours.between(row["first"], row["last"]) // timedelta(seconds=1)
