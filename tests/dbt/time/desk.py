"""Writes told lives into `ops`, with the SLA clock that the Python side gives each."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

import psycopg

from api.sla.calendars import WorkingTime
from api.sla.clock import Policy, seconds_of
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold
from tests.api.sla.lives import DAY_SHIFTS, NIGHT_SHIFTS, working_time_of
from tests.api.sla.oracle import Hours, Office
from tests.api.sla.sql_clock import SqlClock
from tests.dbt.time.told import ENDED, RESPONSES, Life

_WEEKDAYS: Hours = (((480, 960),),) * 5 + ((), ())
# The one of the decision log, two that meet a change of the clocks, and none: around the clock.
OFFICES: tuple[Office | None, ...] = (
    Office("UTC", _WEEKDAYS, frozenset()),
    Office("Europe/Berlin", DAY_SHIFTS, frozenset({date(2026, 9, 1)})),
    Office("America/New_York", NIGHT_SHIFTS, frozenset()),
    None,
)
# Memberships as (role, person): the last person is in both roles.
MEMBERS = ((0, 1), (0, 2), (1, 3), (1, 4), (0, 5), (1, 5))
ROLES = ("Desk", "Experts")
ALLOWED = timedelta(hours=8)
_CLOCK_KINDS = {kind.value: kind for kind in ClockEventKind}


def working_time(life: Life) -> WorkingTime:
    return working_time_of(OFFICES[life.calendar])


def sla_clock(life: Life) -> SlaClock:
    """Let the Python clock live through a life."""
    start = SlaClock(life.created_at, Policy(ALLOWED, working_time(life)))
    return fold(
        start, (ClockEvent(_CLOCK_KINDS[kind], at) for kind, _, _, at in life.events if kind in _CLOCK_KINDS)
    )


class LifeWriter:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        clock = SqlClock(connection)
        self._revisions = [clock.revision_of(office) for office in OFFICES]
        self._workflow = self._one(
            "insert into ops.workflow (name, category, sub_category, department) "
            "values ('Told', 'c', 's', 'd') returning workflow_id"
        )
        self._version = self._one(
            "insert into ops.workflow_version (workflow_id, version, definition, definition_hash) "
            "values (%s, 1, '{}', 'x') returning workflow_version_id",
            self._workflow,
        )
        self._roles = [
            self._one("insert into ops.role (name) values (%s) returning role_id", name) for name in ROLES
        ]
        self._steps = [
            self._one(
                "insert into ops.step (workflow_id, role_id, name, sort_order) values (%s, %s, %s, %s) "
                "returning step_id",
                self._workflow, role_id, f"Step {place}", place,
            )
            for place, role_id in enumerate(self._roles)
        ]  # fmt: skip
        self._members = [
            self._one(
                "insert into ops.role_user (role_id, user_id, user_full_name) values (%s, %s, %s) "
                "returning role_user_id",
                self._roles[role], user_id, f"Person {user_id}",
            )
            for role, user_id in MEMBERS
        ]  # fmt: skip
        self._numbers = count(1)

    def write(self, lives: Sequence[Life]) -> list[int]:
        """Returns the id of each life's task."""
        return [self._write(life) for life in lives]

    def _write(self, life: Life) -> int:
        status = life.status
        ticket_id = self._one(
            "insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date, "
            "created_at, is_task_allocated) values (%s, 'Told', %s, 'Low', %s, %s, true) returning ticket_id",
            f"TOLD-{next(self._numbers)}", "Closed" if status in ENDED else "In Progress",
            life.created_at, life.created_at,
        )  # fmt: skip
        task_id = self._write_task(life, ticket_id, status)
        step = 0
        for kind, before, after, at in life.events:
            from_step, step = step, 1 - step if kind == "transitioned" else step
            self._execute(
                "insert into ops.task_event (task_id, kind, from_status, to_status, from_step_id, "
                "to_step_id, occurred_at) values (%s, %s, %s, %s, %s, %s, %s)",
                task_id, kind, before, after, self._steps[from_step], self._steps[step], at,
            )  # fmt: skip
        self._write_items(life, task_id)
        return task_id

    def _write_task(self, life: Life, ticket_id: int, status: str) -> int:
        clock = sla_clock(life)
        due = clock.deadlines
        assert due is not None
        response = next((at for kind, _, _, at in life.events if kind in RESPONSES), None)
        return self._one(
            "insert into ops.task (ticket_id, workflow_id, workflow_version_id, current_step_id, status, "
            "priority_at_start, sla, sla_source, sla_started_at, at_risk_at, critical_at, target_resolution, "
            "calendar_revision_id, hold_started_at, hold_seconds, first_response_at, resolution_time, "
            "created_at, updated_at) "
            "values (%s, %s, %s, %s, %s, 'Low', %s, 'policy', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
            "returning task_id",
            ticket_id, self._workflow, self._version, self._steps[0], status, ALLOWED, life.created_at,
            due.at_risk_at, due.critical_at, due.target, self._revisions[life.calendar],
            life.at_last("held") if status == "on_hold" else None, seconds_of(clock.held), response,
            life.at_last("completed") if status == "completed" else None, life.created_at, life.created_at,
        )  # fmt: skip

    def _write_items(self, life: Life, task_id: int) -> None:
        ids: list[int] = []
        for item in life.items:
            ids.append(
                self._one(
                    "insert into ops.task_item (task_id, role_user_id, step_id, origin, status, assigned_on, "
                    "closed_at, from_task_item_id) values (%s, %s, %s, %s, %s, %s, %s, %s) "
                    "returning task_item_id",
                    task_id, self._members[item.member], self._steps[0], item.origin,
                    "new" if item.closed_at is None else "resolved", item.assigned_at, item.closed_at,
                    None if item.came_from is None else ids[item.came_from],
                )
            )  # fmt: skip

    def _one(self, statement: str, *values: Any) -> int:
        row = self._connection.execute(statement.encode(), values).fetchone()
        assert row is not None
        return int(row[0])

    def _execute(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement.encode(), values)
