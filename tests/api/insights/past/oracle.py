"""Tickets as they were at an instant: their events up to it, lived through by the operational rules.

Nothing is shared with the models or the statements: states are folded by `api.tasks.state` and clocks by
`api.sla.life`, one ticket after the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg.rows import dict_row

from api.sla.calendars import AROUND_THE_CLOCK
from api.sla.clock import Policy
from api.sla.definitions import read_working_time
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold
from api.tasks.state import rebuild_task

ENDED = ("completed", "cancelled")
AGES = {"0-1 days": 1, "1-7 days": 7, "7-30 days": 30, "30-90 days": 90}
CLOCK_KINDS = {kind.value: kind for kind in ClockEventKind}
VACANCIES = ("created", "assigned", "unassigned", "transitioned", "reopened", *ENDED)
TASKS = """
    select
        task.*, ticket.priority,
        coalesce(nullif(btrim(ticket.department), ''), 'Unassigned') as department,
        coalesce(nullif(btrim(ticket.category), ''), 'Uncategorized') as category,
        coalesce(nullif(btrim(ticket.sub_category), ''), 'Uncategorized') as sub_category
    from ops.task inner join ops.ticket_snapshot as ticket using (ticket_id)
    where task.deleted_at is null
    order by task_id
"""
Row = dict[str, Any]


@dataclass(frozen=True)
class Past:
    """One ticket at one instant."""

    task_id: int
    created_at: datetime
    dimensions: Mapping[str, Any]
    status: str
    sla_status: str
    is_critical: bool
    target: datetime | None
    age_bucket: str
    resolution_time: datetime | None
    resolution_seconds: int | None
    first_response_seconds: int | None
    is_unassigned: bool
    is_escalated: bool
    is_transferred: bool
    people: frozenset[int]
    step_id: int | None

    @property
    def day(self) -> date:
        return self.created_at.astimezone(UTC).date()

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED


class Records:
    """What the operational tables hold, and each ticket of them at an instant."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        connection.row_factory = dict_row
        self._connection = connection
        self.tasks = self._rows(TASKS)
        self.events = self._by("task_id", "ops.task_event", "occurred_at, task_event_id")
        self._changes = self._by(
            "ticket_id", "ops.ticket_event where kind = 'priority_changed'", "occurred_at, ticket_event_id"
        )
        self._items = self._by(
            "task_id",
            "ops.task_item inner join ops.role_user using (role_user_id)",
            "assigned_on, task_item_id",
        )
        self._policies = self._rows("select * from ops.sla_policy")
        self._calendars = {
            row["calendar_revision_id"]: read_working_time(row["definition"])
            for row in self._rows("select * from ops.calendar_revision")
        }
        self.steps = {row["step_id"]: row["name"] for row in self._rows("select * from ops.step")}
        (newest,) = self._rows("select max(data_as_of) as data_as_of from serving.publications")
        self.data_as_of: datetime = newest["data_as_of"]
        self.unrouted = self._rows(
            "select * from ops.ticket_snapshot where not exists "
            "(select from ops.task where task.ticket_id = ticket_snapshot.ticket_id)"
        )

    def at(self, instant: datetime) -> Iterator[Past]:
        for task in self.tasks:
            if task["created_at"] <= instant:
                yield self._past(task, instant)

    def instants(self) -> list[datetime]:
        """Those at which something happened."""
        return sorted({row["occurred_at"] for rows in self.events.values() for row in rows})

    def _past(self, task: Row, instant: datetime) -> Past:
        events = [self._clamped(row, task) for row in self.events[task["task_id"]]]
        told = [event for event in events if event.occurred_at <= instant]
        later = [event for event in events if event.occurred_at > instant]
        state = rebuild_task(told)
        is_last_status = all(event.to_status in {None, state.status} for event in later)
        resolved_at = task["resolution_time"] if is_last_status else state.resolution_time
        resolved_at = resolved_at if state.status == "completed" else None
        is_last_vacancy = not any(event.kind in VACANCIES for event in later)
        is_vacant = task["needs_assignment"] if is_last_vacancy else state.needs_assignment
        clock = self._clock(task, told, instant)
        deadlines = clock.deadlines
        held = clock.hold_started_at or instant
        response = task["first_response_at"]
        items = [row for row in self._items[task["task_id"]] if row["assigned_on"] <= instant]
        return Past(
            task_id=task["task_id"],
            created_at=task["created_at"],
            dimensions=task,
            status=state.status.value,
            sla_status=self._judge(task, state.status.value, clock, resolved_at, instant),
            is_critical=(
                state.status not in ENDED
                and deadlines is not None
                and deadlines.critical_at <= held <= deadlines.target
            ),
            target=deadlines.target if deadlines else None,
            age_bucket=age_of(instant - task["created_at"]),
            resolution_time=resolved_at,
            resolution_seconds=(
                int((resolved_at - task["created_at"]).total_seconds())
                if resolved_at and task["is_resolution_recorded"]
                else None
            ),
            first_response_seconds=(
                max(int((response - task["created_at"]).total_seconds()), 0)
                if response and response <= instant
                else None
            ),
            is_unassigned=state.status not in ENDED and is_vacant,
            is_escalated=any(row["origin"] == "Escalation" for row in items),
            is_transferred=any(row["origin"] == "Transferred" for row in items),
            people=frozenset(row["user_id"] for row in items),
            step_id=state.current_step_id,
        )

    def _judge(
        self, task: Row, status: str, clock: SlaClock, resolved_at: datetime | None, instant: datetime
    ) -> str:
        deadlines = clock.deadlines
        at = clock.hold_started_at or instant
        if task["sla_source"] == "recorded":
            if status != "completed" or resolved_at != task["resolution_time"]:
                return "no_sla"
            return "met" if task["recorded_sla_met"] else "breached"
        if status == "cancelled" or deadlines is None:
            return "no_sla"
        if resolved_at is not None:
            return "met" if resolved_at <= deadlines.target else "breached"
        if at > deadlines.target:
            return "breached"
        return "at_risk" if at >= deadlines.at_risk_at else "on_track"

    def _clock(self, task: Row, told: list[Any], instant: datetime) -> SlaClock:
        """Live through what was told, by the promise of the last change of priority that was followed."""
        followed = list(self._followed(task))
        applied = [change for at, change in followed if at <= instant]
        policy = Policy(task["sla"], self._calendar(task["calendar_revision_id"]))
        if len(applied) < len(followed):
            policy = self._policy(task, applied)
        start = SlaClock(task["sla_started_at"], policy)
        events = [event for event in told if event.kind in CLOCK_KINDS]
        return fold(start, (ClockEvent(CLOCK_KINDS[event.kind], event.occurred_at) for event in events))

    def _followed(self, task: Row) -> Iterator[tuple[datetime, Row]]:
        """Each change of priority with the instant that the clock followed it, if it did."""
        events = [self._clamped(row, task) for row in self.events[task["task_id"]]]
        for change in self._changes[task["ticket_id"]]:
            at = max(change["occurred_at"], task["created_at"])
            state = rebuild_task(event for event in events if event.occurred_at <= at)
            if state.status in ENDED:
                again = [
                    event.occurred_at
                    for event in events
                    if event.occurred_at > at and event.kind == "reopened"
                ]
                yield from ((reopened_at, change) for reopened_at in again[:1])
            else:
                yield at, change

    def _policy(self, task: Row, applied: list[Row]) -> Policy:
        if applied:
            priority, at = applied[-1]["to_value"], max(applied[-1]["occurred_at"], task["created_at"])
        else:
            priority, at = self._changes[task["ticket_id"]][0]["from_value"], task["created_at"]
        known = [
            row
            for row in self._policies
            if (row["workflow_id"], row["priority"]) == (task["workflow_id"], priority)
        ]
        if not known:
            return Policy(None)
        row = max(known, key=lambda row: (row["effective_at"] <= at, -abs(row["effective_at"] - at)))
        return Policy(row["duration"], self._calendar(row["calendar_revision_id"]))

    def _calendar(self, revision: int | None) -> Any:
        return AROUND_THE_CLOCK if revision is None else self._calendars[revision]

    def _clamped(self, row: Row, task: Row) -> Any:
        """An event, not before the creation of its task."""
        return SimpleNamespace(**{**row, "occurred_at": max(row["occurred_at"], task["created_at"])})

    def _by(self, key: str, relation: str, order: str) -> Mapping[int, list[Row]]:
        grouped: dict[int, list[Row]] = defaultdict(list)
        for row in self._rows(f"select * from {relation} order by {order}"):
            grouped[row[key]].append(row)
        return grouped

    def _rows(self, statement: str) -> list[Row]:
        return self._connection.execute(statement.encode()).fetchall()


def age_of(age: timedelta) -> str:
    return next((name for name, days in AGES.items() if age <= timedelta(days=days)), "90+ days")
