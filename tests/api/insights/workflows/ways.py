"""The ways of tickets through their steps, walked event by event from what was imported."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.oracle.ways import Design

TICKETS = """
    select
        task.task_id, task.workflow_id, workflow.department as workflow_department, ticket.ticket_number,
        task.status, task.created_at, task.resolution_time, ticket.priority, ticket.department,
        ticket.category, ticket.sub_category, ticket.source_service as source
    from ops.task
    join ops.ticket_snapshot as ticket using (ticket_id)
    join ops.workflow on workflow.workflow_id = task.workflow_id
    where task.deleted_at is null and task.created_at <= %s
"""
EVENTS = """
    select task_id, task_event_id, kind, to_step_id, occurred_at
    from ops.task_event
    where kind in ('created', 'transitioned', 'reopened', 'completed', 'cancelled') and occurred_at <= %s
    order by task_id, occurred_at, task_event_id
"""
STEPS = """
    select step.step_id, step.workflow_id, step.name, step.sort_order, role.name as role
    from ops.step join ops.role using (role_id)
"""
DESIGNS = "select workflow_id, definition from ops.workflow_version where is_active"


@dataclass(frozen=True)
class Ticket:
    task_id: int
    workflow_id: int
    workflow_department: str
    ticket_number: str
    status: str
    created_at: datetime
    resolution_time: datetime | None
    priority: str
    department: str
    category: str
    sub_category: str
    source: str

    @property
    def day(self) -> date:
        return self.created_at.date()


@dataclass
class Visit:
    visit_id: int
    ticket: Ticket
    step_id: int
    entered_at: datetime
    left_at: datetime | None = None
    direction: str = "open"
    is_repeated: bool = False
    previous: "Visit | None" = None
    next: "Visit | None" = None

    @property
    def day(self) -> date:
        return self.entered_at.date()

    @property
    def seconds(self) -> int | None:
        return None if self.left_at is None else int((self.left_at - self.entered_at).total_seconds())


@dataclass
class Desk:
    tickets: dict[int, Ticket]
    steps: dict[int, dict[str, Any]]
    designs: dict[int, Design]
    ways: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))

    @property
    def visits(self) -> Iterator[Visit]:
        for way in self.ways.values():
            yield from way

    def ways_of(self, workflow_id: int) -> list[list[Visit]]:
        return [way for way in self.ways.values() if way[0].ticket.workflow_id == workflow_id]

    def completed_of(self, workflow_id: int) -> list[list[Visit]]:
        return [way for way in self.ways_of(workflow_id) if way[0].ticket.status == "completed"]

    def is_back(self, start: int, end: int) -> bool:
        return bool(self.steps[end]["sort_order"] < self.steps[start]["sort_order"])


def load_ways(database_url: str, as_of: datetime) -> Desk:
    """Read the imported tickets and events up to an instant, and walk them."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        connection.execute("set time zone 'UTC'")
        tickets = {row["task_id"]: Ticket(**row) for row in connection.execute(TICKETS, [as_of])}
        steps = {row["step_id"]: row for row in connection.execute(STEPS)}
        designs = {row["workflow_id"]: Design.of(row["definition"]) for row in connection.execute(DESIGNS)}
        events = connection.execute(EVENTS, [as_of]).fetchall()
    desk = Desk(tickets, steps, designs)
    here: dict[int, Visit] = {}
    for event in events:
        ticket = tickets.get(event["task_id"])
        if ticket is not None:
            walk(desk, here, ticket, event)
    return desk


def walk(desk: Desk, here: dict[int, Visit], ticket: Ticket, event: dict[str, Any]) -> None:
    """Let an event end the visit that the ticket is on, and begin the next."""
    kind, step_id, at = event["kind"], event["to_step_id"], event["occurred_at"]
    visit = here.pop(ticket.task_id, None)
    if visit is not None:
        visit.left_at = at
        back = kind == "transitioned" and desk.is_back(visit.step_id, step_id)
        visit.direction = ("backward" if back else "forward") if kind == "transitioned" else kind
    if kind in {"completed", "cancelled"}:
        return
    way = desk.ways[ticket.task_id]
    entered = Visit(event["task_event_id"], ticket, step_id, at)
    entered.is_repeated = any(before.step_id == step_id for before in way)
    if way:
        entered.previous, way[-1].next = way[-1], entered
    way.append(entered)
    here[ticket.task_id] = entered
