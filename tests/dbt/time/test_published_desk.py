"""The published desk: every ticket's intervals, cut anew from the events and items in `ops`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from tests.dbt.time.expected import Account, Holding, Stretch
from tests.dbt.time.told import Item, Life
from tests.fixtures.published_desk import PublishedDesk

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Staff:
    """Roles and people by membership, roles by step."""

    members: Mapping[int, tuple[str, int]]
    step_roles: Mapping[int, str]


class PublishedAccount(Account):
    """A life read from the operational core; this desk counts around the clock."""

    def __init__(self, life: Life, as_of: datetime, staff: Staff, steps: list[tuple[datetime, int]]) -> None:
        super().__init__(life, as_of)
        self._staff = staff
        self._steps = steps

    def working_time(self) -> WorkingTime:
        return AROUND_THE_CLOCK

    def member(self, item: Item) -> tuple[str, int]:
        return self._staff.members[item.member]

    def role_at(self, instant: datetime) -> str:
        step_id = [step_id for at, step_id in self._steps if at <= instant][-1]
        return self._staff.step_roles[step_id]


class Records:
    """What a database says of its tickets, in `ops` and in the marts."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection
        self.items = self.by_task("ops.task_item", "assigned_on, task_item_id")
        self._events = self.by_task("ops.task_event", "occurred_at, task_event_id")
        self.as_of: datetime = self.rows("select as_of from intermediate.int_run__window")[0]["as_of"]
        self._staff = Staff(
            members={
                row["role_user_id"]: (row["name"], row["user_id"])
                for row in self.rows("select * from ops.role_user join ops.role using (role_id)")
            },
            step_roles={
                row["step_id"]: row["role_name"]
                for row in self.rows(
                    "select step_id, role.name as role_name from ops.step join ops.role using (role_id)"
                )
            },
        )
        self.tasks = self.rows("select task_id, created_at from ops.task")

    def rows(self, statement: str) -> Rows:
        return self._connection.execute(statement.encode()).fetchall()

    def by_task(self, relation: str, order: str) -> Mapping[int, Rows]:
        grouped: dict[int, Rows] = defaultdict(list)
        for row in self.rows(f"select * from {relation} order by {order}"):
            grouped[row["task_id"]].append(row)
        return grouped

    def accounts(self) -> Iterator[tuple[int, PublishedAccount]]:
        for task in self.tasks:
            events = self._events[task["task_id"]]
            life = Life(
                task["created_at"],
                calendar=0,
                events=[
                    (row["kind"], row["from_status"], row["to_status"], row["occurred_at"]) for row in events
                ],
                items=[
                    Item(row["role_user_id"], row["assigned_on"], row["closed_at"])
                    for row in self.items[task["task_id"]]
                ],
            )
            steps = [(row["occurred_at"], row["to_step_id"]) for row in events if row["to_step_id"]]
            yield task["task_id"], PublishedAccount(life, self.as_of, self._staff, steps)


@pytest.fixture(scope="module")
def records(published_desk: PublishedDesk) -> Iterator[Records]:
    with psycopg.connect(published_desk.url, row_factory=dict_row) as connection:
        yield Records(connection)


def lasted(row: Mapping[str, Any]) -> tuple[datetime, datetime | None, int, int]:
    return (
        row["started_at"], row["ended_at"], row["interval_seconds"], row["interval_business_seconds"],
    )  # fmt: skip


def test_statuses_of_every_ticket(records: Records) -> None:
    found = records.by_task("marts.fct_status_intervals", "task_id, interval_number")
    assert len(found) == len(records.tasks) > 500
    for task_id, account in records.accounts():
        stretches = [Stretch(row["status"], *lasted(row)) for row in found[task_id]]
        assert stretches == account.statuses(), task_id


def test_holders_of_every_ticket(records: Records) -> None:
    found = records.by_task("marts.fct_holding_intervals", "task_id, interval_number")
    for task_id, account in records.accounts():
        places = {row["task_item_id"]: place for place, row in enumerate(records.items[task_id])}
        stretches = [
            Stretch(
                Holding(row["held_by"], row["user_id"], row["role_name"], places.get(row["task_item_id"])),
                *lasted(row),
            )
            for row in found[task_id]
        ]
        assert stretches == account.holdings(), task_id


def test_waits_and_work_of_every_ticket(records: Records) -> None:
    found = records.by_task("marts.fct_ticket_times", "task_id")
    for task_id, account in records.accounts():
        (row,) = found[task_id]
        pieces = [
            (account.status_at(since), account.holding_at(since).held_by, account.between(since, until)[0])
            for since, until in account.pieces()
        ]
        expected = {
            "requester_wait": sum(took for status, _, took in pieces if status in {"pending", "in progress"}),
            "on_hold": sum(took for status, _, took in pieces if status == "on_hold"),
            "agent_work": sum(
                took for status, held_by, took in pieces if (status, held_by) == ("in progress", "person")
            ),
            "unassigned": sum(took for _, held_by, took in pieces if held_by == "queue"),
        }
        assert {name: row[f"{name}_seconds"] for name in expected} == expected, task_id
        assert row["touch_count"] == account.touches(), task_id
