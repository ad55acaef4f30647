"""Who must have been told what (contract 4.4), worked out from the events alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg

Row = dict[str, Any]
# Ticket, type, kind of recipient, recipient.
Notice = tuple[str, str, str, int]
Connection = psycopg.Connection[Row]
_REQUESTER_TYPES = {"Resolved": "ticket_resolved", "Closed": "ticket_closed"}
_STATUS_UPDATES = {"held", "resumed", "cancelled"}


def expected_notices(connection: Connection) -> Counter[Notice]:
    """Count the notifications that the events in the database call for."""
    told: Counter[Notice] = Counter(_of_requesters(connection))
    items = connection.execute(_ITEMS).fetchall()
    told.update(_of_items(items))
    owners = connection.execute(_OWNERS).fetchall()
    told.update(_of_owners(owners))
    told.update(_of_tasks(connection, items, owners))
    return told


def _of_requesters(connection: Connection) -> Iterator[Notice]:
    for row in connection.execute(_TICKET_EVENTS).fetchall():
        kind = _REQUESTER_TYPES.get(row["to_value"])
        if row["from_value"] == "Resolved" and row["to_value"] == "In Progress":
            kind = "ticket_reopened"
        if kind is not None:
            yield row["ticket_number"], kind, row["user_type"], row["user_id"]


def _of_items(items: list[Row]) -> Iterator[Notice]:
    """An assignment is told to its holder, a hand-over to both sides."""
    for item in items:
        number, holder, giver = item["ticket_number"], item["user_id"], item["given_by"]
        if item["origin"] == "System":
            yield number, "task_assignment", "staff", holder
        elif item["origin"] == "Transferred":
            yield number, "task_transfer_out", "staff", giver
            yield number, "task_transfer_in", "staff", holder
        else:
            yield number, "task_escalation", "staff", giver
            yield number, "task_escalation", "staff", holder


def _of_owners(owners: list[Row]) -> Iterator[Notice]:
    """Whoever gets a ticket is told, and who had it before."""
    last: dict[int, int | None] = {}
    for row in owners:
        for user_id in (last.get(row["task_id"]), row["owner"]):
            if user_id is not None:
                yield row["ticket_number"], "ticket_owner", "staff", user_id
        last[row["task_id"]] = row["owner"]


def _of_tasks(connection: Connection, items: list[Row], owners: list[Row]) -> Iterator[Notice]:
    """A move is told to the owner, and what others do to a task also to those who hold it."""
    events = connection.execute(_TASK_EVENTS).fetchall()
    completed = {(row["task_id"], row["occurred_at"]) for row in events if row["kind"] == "completed"}
    for event in events:
        task_id, at, kind = event["task_id"], event["occurred_at"], event["kind"]
        owner = _owner_at(owners, task_id, at)
        people = {owner} - {None}
        if kind == "transitioned":
            told = "workflow_step_change"
        elif kind == "completed":
            told = "task_completed"
        elif kind in _STATUS_UPDATES and not (kind == "resumed" and (task_id, at) in completed):
            told = "task_status_update"
        else:
            continue
        if kind in _STATUS_UPDATES or (kind == "completed" and event["actor_user_id"] is None):
            people |= _holders_at(items, task_id, at)
        for user_id in people - {event["actor_user_id"]}:
            yield event["ticket_number"], told, "staff", user_id


def _owner_at(owners: list[Row], task_id: int, at: datetime) -> int | None:
    known = [row["owner"] for row in owners if row["task_id"] == task_id and row["at"] <= at]
    return known[-1] if known else None


def _holders_at(items: list[Row], task_id: int, at: datetime) -> set[int]:
    """Find who holds a task's items; those that the very event closes are held until then."""
    return {
        item["user_id"]
        for item in items
        if item["task_id"] == task_id
        and item["assigned_on"] <= at
        and (item["closed_at"] is None or item["closed_at"] >= at)
    }


_TICKET_EVENTS = """
select
    ticket_number, from_value, to_value, (requester ->> 'id')::bigint as user_id,
    coalesce(requester ->> 'type', 'employee') as user_type
from ops.ticket_event join ops.ticket_snapshot using (ticket_id)
where kind = 'status_changed' and requester ->> 'id' is not null
"""
_ITEMS = """
select
    item.task_id, ticket_number, item.origin, item.assigned_on, item.closed_at, holder.user_id,
    (
        select giver.user_id from ops.task_item as source
        join ops.role_user as giver using (role_user_id)
        where source.task_item_id = item.from_task_item_id
    ) as given_by
from ops.task_item as item
join ops.role_user as holder using (role_user_id)
join ops.task using (task_id)
join ops.ticket_snapshot using (ticket_id)
"""
_OWNERS = """
select
    (payload ->> 'task_id')::bigint as task_id, ticket_number, occurred_at as at,
    (payload #>> '{owner,user_id}')::bigint as owner
from ops.outbox_event where kind = 'ticket.owner_changed'
order by occurred_at
"""
_TASK_EVENTS = """
select task_id, ticket_number, task_event.kind, task_event.occurred_at, task_event.actor_user_id
from ops.task_event join ops.task using (task_id) join ops.ticket_snapshot using (ticket_id)
order by task_event_id
"""
