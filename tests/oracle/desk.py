"""An imported desk as data frames, judged in pandas: what every published number must come to.

Written from the contract over the imported rows alone; nothing here reads a mart or a published table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import psycopg

from tests.oracle.ways import Design, Row, walk, ways_of

OPEN_STATUSES = ["pending", "in progress", "on_hold", "pending_external"]

_TICKETS = """
    select
        task.task_id, task.workflow_id, workflow.department as workflow_department,
        ticket.ticket_number, ticket.subject, ticket.source_service as source, ticket.priority,
        ticket.department, ticket.category, ticket.sub_category,
        task.status, task.created_at, task.target_resolution, task.at_risk_at, task.critical_at,
        task.hold_started_at, task.resolution_time, task.is_resolution_recorded, task.first_response_at,
        task.sla_source, task.recorded_sla_met, task.needs_assignment, workflow.name as workflow_name,
        cancelled.occurred_at as cancelled_at
    from ops.task
    join ops.ticket_snapshot as ticket using (ticket_id)
    join ops.workflow on workflow.workflow_id = task.workflow_id
    left join lateral (
        select max(task_event.occurred_at) as occurred_at
        from ops.task_event
        where task_event.task_id = task.task_id and task_event.kind = 'cancelled'
    ) as cancelled on task.status = 'cancelled'
    where task.deleted_at is null
"""
_ITEMS = """
    select
        item.task_item_id, item.task_id, item.step_id, step.name as step_name, role.name as role,
        member.user_id,
        item.status, item.origin, item.assigned_on, item.acted_on, item.closed_at,
        item.target_resolution as item_target, given.user_id as from_user_id, source.transferred_by
    from ops.task_item as item
    join ops.step on step.step_id = item.step_id
    join ops.role_user as member on member.role_user_id = item.role_user_id
    join ops.role on role.role_id = member.role_id
    left join ops.task_item as source on source.task_item_id = item.from_task_item_id
    left join ops.role_user as given on given.role_user_id = source.role_user_id
"""
_ITEM_EVENTS = "select task_item_id, status as event_status, occurred_at from ops.task_item_event"
_MOVES = """
    select task_event_id, task_id, kind, to_step_id, occurred_at
    from ops.task_event
    where kind in ('created', 'transitioned', 'reopened', 'completed', 'cancelled')
"""
# When something happened to a ticket, of whatever kind.
_ACTIVITY = """
    select task_id, occurred_at from ops.task_event
    union all
    select item.task_id, event.occurred_at
    from ops.task_item_event as event join ops.task_item as item using (task_item_id)
    union all
    select task.task_id, event.occurred_at
    from ops.ticket_event as event join ops.task as task using (ticket_id)
"""
_STEPS = """
    select step.step_id, step.workflow_id, step.name as step_name, step.sort_order, role.name as role
    from ops.step join ops.role on role.role_id = step.role_id
"""
_SNAPSHOTS = """
    select
        ticket.ticket_id, task.task_id, ticket.ticket_number, ticket.subject, ticket.status, ticket.priority,
        ticket.department, ticket.category, ticket.sub_category, task.workflow_id, ticket.created_at
    from ops.ticket_snapshot as ticket
    left join ops.task as task on task.ticket_id = ticket.ticket_id and task.deleted_at is null
"""
_MEMBERS = """
    select member.user_id, member.capacity, role.name as role
    from ops.role_user as member join ops.role on role.role_id = member.role_id
    where member.is_active
"""
_DESIGNS = "select workflow_id, definition from ops.workflow_version where is_active"


@dataclass(frozen=True, eq=False)
class ImportedDesk:
    """One row each: tickets at work, their items, what happened to items, visits of steps, tickets sent.

    Beside them the workflows, by their steps and the design of each, who holds which role, and each instant
    at which something happened to a ticket.
    """

    as_of: datetime
    tickets: pd.DataFrame
    items: pd.DataFrame
    item_events: pd.DataFrame
    visits: pd.DataFrame
    snapshots: pd.DataFrame
    steps: pd.DataFrame
    designs: Mapping[int, Design]
    members: pd.DataFrame
    activity: pd.DataFrame


def read_desk(database_url: str, as_of: datetime) -> ImportedDesk:
    """Read the imported rows and judge them as of the instant that a publication names."""
    with psycopg.connect(database_url) as connection:
        tickets = _judged_tickets(_frame(connection, _TICKETS), as_of)
        items = _judged_items(_frame(connection, _ITEMS), tickets, as_of)
        noted = _frame(connection, _ITEM_EVENTS)
        noted["day"] = _day(noted["occurred_at"])
        steps = _frame(connection, _STEPS)
        walked = walk(_frame(connection, _MOVES), steps)
        members = _frame(connection, _MEMBERS)
        activity = _frame(connection, _ACTIVITY)
        designs = {workflow_id: Design.of(drawn) for workflow_id, drawn in connection.execute(_DESIGNS)}
        snapshots = _known_at(_frame(connection, _SNAPSHOTS), as_of)
    events = noted.merge(items.drop(columns="day"), on="task_item_id")
    visits = walked.merge(tickets[_OF_TICKET], on="task_id")
    tickets = tickets.merge(ways_of(visits), on="task_id", how="left")
    return ImportedDesk(as_of, tickets, items, events, visits, snapshots, steps, designs, members, activity)


def _frame(connection: psycopg.Connection[Any], query: str) -> pd.DataFrame:
    cursor = connection.execute(query)
    frame = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])
    for column in frame.columns:
        if column.endswith(("_at", "_on", "_time", "target_resolution", "item_target")):
            frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def _day(instants: "pd.Series[Any]") -> Any:
    return instants.dt.date


def _whole_seconds(durations: "pd.Series[Any]") -> Any:
    return durations.dt.total_seconds() // 1


def _known_at(tickets: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    tickets = tickets[tickets["created_at"] <= as_of].copy()
    for name, nothing in (
        ("department", "Unassigned"),
        ("category", "Uncategorized"),
        ("sub_category", "Uncategorized"),
    ):
        tickets[name] = tickets[name].fillna("").str.strip(" ").replace("", nothing)
    tickets["day"] = _day(tickets["created_at"])
    return tickets


def _judged_tickets(tickets: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    tickets = _known_at(tickets, as_of)
    tickets["is_open"] = tickets["status"].isin(OPEN_STATUSES)
    tickets["judged_at"] = tickets["hold_started_at"].where(tickets["status"] == "on_hold", as_of)
    tickets["sla_status"] = [_ticket_state(row) for row in tickets.to_dict("records")]
    lasted = _whole_seconds(tickets["resolution_time"] - tickets["created_at"])
    tickets["resolution_seconds"] = lasted.where(tickets["is_resolution_recorded"])
    waited = _whole_seconds(tickets["first_response_at"] - tickets["created_at"])
    tickets["first_response_seconds"] = waited.clip(lower=0)
    age = as_of - tickets["created_at"]
    tickets["age_bucket"] = "90+ days"
    for bucket, days in (("30-90 days", 90), ("7-30 days", 30), ("1-7 days", 7), ("0-1 days", 1)):
        tickets.loc[age <= pd.Timedelta(days=days), "age_bucket"] = bucket
    return tickets


def _ticket_state(row: Row) -> str:
    """The contract's canonical state (2.9)."""
    if row["status"] == "cancelled" or row["sla_source"] == "none":
        return "no_sla"
    is_completed = row["status"] == "completed"
    if row["sla_source"] == "recorded":
        return ("met" if row["recorded_sla_met"] else "breached") if is_completed else "no_sla"
    if is_completed:
        return "met" if row["resolution_time"] <= row["target_resolution"] else "breached"
    if row["judged_at"] > row["target_resolution"]:
        return "breached"
    return "at_risk" if row["judged_at"] >= row["at_risk_at"] else "on_track"


_OF_TICKET = [
    "task_id", "priority", "department", "category", "sub_category", "workflow_id", "source", "judged_at",
]  # fmt: skip


def _judged_items(items: pd.DataFrame, tickets: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    items = items[items["assigned_on"] <= as_of].merge(tickets[_OF_TICKET], on="task_id")
    items["day"] = _day(items["assigned_on"])
    items["is_open"] = items["closed_at"].isna()
    items["action_seconds"] = _whole_seconds(items["acted_on"] - items["assigned_on"])
    lasted = _whole_seconds(items["closed_at"] - items["assigned_on"])
    items["resolution_seconds"] = lasted.where(items["status"] == "resolved")
    items["sla_status"] = [_item_state(row) for row in items.to_dict("records")]
    return items


def _item_state(row: Row) -> str:
    """The same rules with the item's own target; reassigned items and escalations in time are not judged."""
    target = row["item_target"]
    if pd.isna(target) or row["status"] == "reassigned":
        return "no_sla"
    if row["status"] == "resolved":
        return "met" if row["acted_on"] <= target else "breached"
    if row["status"] == "escalated":
        return "breached" if row["acted_on"] > target else "no_sla"
    if not row["is_open"]:
        return "no_sla"
    if row["judged_at"] > target:
        return "breached"
    allowed = target - row["assigned_on"]
    used = (row["judged_at"] - row["assigned_on"]) / allowed if allowed else 1
    return "at_risk" if used >= 0.8 else "on_track"
