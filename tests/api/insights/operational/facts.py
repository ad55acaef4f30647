"""The desk as its operational tables tell it: what the insights are held to, worked out without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

OPEN = {"pending", "in progress", "on_hold", "pending_external"}
HOUR = timedelta(hours=1)

TICKETS = """
    select task.*, ticket.ticket_number, ticket.priority, ticket.source_service as source,
        coalesce(ticket.department, 'Unassigned') as department,
        coalesce(ticket.category, 'Uncategorized') as category,
        coalesce(ticket.sub_category, 'Uncategorized') as sub_category,
        exists (
            select from ops.task_item
            where task_item.task_id = task.task_id and task_item.origin = 'Escalation'
        ) as is_escalated,
        exists (
            select from ops.task_item
            where task_item.task_id = task.task_id and task_item.origin = 'Transferred'
        ) as is_transferred
    from ops.task as task
    inner join ops.ticket_snapshot as ticket using (ticket_id)
    where task.deleted_at is null
    order by task.task_id
"""
ITEMS = """
    select item.*, member.user_id, role.name as role
    from ops.task_item as item
    inner join ops.role_user as member using (role_user_id)
    inner join ops.role as role using (role_id)
"""
MEMBERS = """
    select member.user_id, member.capacity, role.name as role
    from ops.role_user as member
    inner join ops.role as role using (role_id)
    where member.is_active
"""
EVENTS = """
    select task_id, occurred_at from ops.task_event
    union all
    select item.task_id, event.occurred_at
    from ops.task_item_event as event inner join ops.task_item as item using (task_item_id)
    union all
    select task.task_id, event.occurred_at
    from ops.ticket_event as event inner join ops.task as task using (ticket_id)
"""


@dataclass
class Ticket:
    """A ticket at the instant of the publication; clocks of the simulated desk never rest."""

    row: Mapping[str, Any]
    as_of: datetime
    last_activity_at: datetime

    def __getattr__(self, name: str) -> Any:
        return self.row[name]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def created_day(self) -> date:
        created: datetime = self.created_at
        return created.date()

    @property
    def elapsed(self) -> timedelta:
        judged_at = self.hold_started_at if self.status == "on_hold" else self.as_of
        elapsed: timedelta = judged_at - self.sla_started_at - timedelta(seconds=float(self.hold_seconds))
        return elapsed

    @property
    def ratio(self) -> float:
        return float(self.elapsed / self.sla)

    @property
    def hours_left(self) -> float:
        return float((self.sla - self.elapsed) / HOUR)

    @property
    def state(self) -> str:
        if self.status == "cancelled" or self.sla is None:
            return "no_sla"
        if self.status == "completed":
            return "met" if self.resolution_time <= self.target_resolution else "breached"
        if self.elapsed > self.sla:
            return "breached"
        return "at_risk" if self.ratio >= 0.8 else "on_track"

    @property
    def is_in_time(self) -> bool:
        return self.is_open and self.state in {"on_track", "at_risk"}


@dataclass
class Desk:
    as_of: datetime
    tickets: list[Ticket]
    items: Sequence[Mapping[str, Any]]
    members: Sequence[Mapping[str, Any]]

    def those(self, query: Mapping[str, Any]) -> list[Ticket]:
        """The tickets that pass the filters which every answer about tickets has."""
        return [ticket for ticket in self.tickets if matches(ticket, query)]


def matches(ticket: Ticket, query: Mapping[str, Any]) -> bool:
    named = ("department", "category", "sub_category", "workflow_id", "priority", "source")
    return (
        all(getattr(ticket, name) == query[name] for name in named if name in query)
        and ("start_date" not in query or ticket.created_day.isoformat() >= query["start_date"])
        and ("end_date" not in query or ticket.created_day.isoformat() <= query["end_date"])
    )


def load_desk(url: str, as_of: datetime) -> Desk:
    with psycopg.connect(url, row_factory=dict_row, options="-c timezone=UTC") as connection:
        newest: dict[int, datetime] = {}
        for event in connection.execute(EVENTS):
            task, at = event["task_id"], event["occurred_at"]
            newest[task] = max(at, newest.get(task, at))
        tickets = [
            Ticket(row, as_of, max(newest[row["task_id"]], row["created_at"]))
            for row in connection.execute(TICKETS)
        ]
        return Desk(
            as_of, tickets, connection.execute(ITEMS).fetchall(), connection.execute(MEMBERS).fetchall()
        )
