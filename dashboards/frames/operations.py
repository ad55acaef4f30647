"""The desk at this moment as tables; the number of each row leads to its ticket."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from dashboards.answers.operations import Assignment, OpenTask, Snapshot, WaitingRow
from dashboards.components import wording
from dashboards.components.opening import href_of_ticket, href_of_unrouted
from dashboards.texts import _


def due_table(tasks: Iterable[OpenTask]) -> pd.DataFrame:
    """Tasks whose clock runs, whatever is due first at the top; those without a target stand last."""
    in_order = sorted(tasks, key=lambda task: (task.target_resolution is None, task.hours_remaining or 0))
    columns = [_("Ticket"), _("Hours left"), _("SLA"), _("Priority"), _("Subject"), _("Workflow"), _("Step")]
    return _table(
        [
            (
                href_of_ticket(task.task_id, task.ticket_number),
                task.hours_remaining,
                wording.SLA_NAMES.get(task.sla_status, task.sla_status),
                task.ticket_priority,
                task.ticket_subject,
                task.workflow_name,
                task.current_step_name,
                _names(task),
                task.ticket_owner_name,
                task.target_resolution,
            )
            for task in in_order
        ],
        [*columns, _("With"), _("Owner"), _("Target")],
    )


def held_table(tasks: Sequence[OpenTask]) -> pd.DataFrame:
    """Tasks on hold, the longest first."""
    in_order = sorted(tasks, key=lambda task: (task.hold_started_at is None, task.hold_started_at))
    return _table(
        [
            (
                href_of_ticket(task.task_id, task.ticket_number),
                task.hold_started_at,
                task.hours_remaining,
                task.ticket_priority,
                task.ticket_subject,
                task.workflow_name,
                _names(task),
            )
            for task in in_order
        ],
        [
            *(_("Ticket"), _("On hold since"), _("Hours left"), _("Priority"), _("Subject")),
            *(_("Workflow"), _("With")),
        ],
    )


def waiting_table(rows: Sequence[WaitingRow]) -> pd.DataFrame:
    """What nobody has been given, and what it lacks."""
    return _table(
        [
            (
                href_of_ticket(row.task_id, row.ticket_number)
                if row.task_id is not None
                else href_of_unrouted(row.ticket_number),
                row.since,
                _("a workflow")
                if row.task_id is None
                else _("somebody of {role}").format(role=row.current_step_role or wording.ABSENT),
                row.ticket_priority,
                row.ticket_subject,
                row.workflow_name,
            )
            for row in rows
        ],
        [_("Ticket"), _("Waiting since"), _("Lacks"), _("Priority"), _("Subject"), _("Workflow")],
    )


def unrouted_table(tickets: Sequence[Snapshot]) -> pd.DataFrame:
    return _table(
        [
            (
                href_of_unrouted(ticket.ticket_number),
                ticket.created_at,
                ticket.priority,
                ticket.subject,
                ticket.department,
                ticket.category,
            )
            for ticket in tickets
        ],
        [_("Ticket"), _("Waiting since"), _("Priority"), _("Subject"), _("Department"), _("Category")],
    )


def mine_table(items: Sequence[Assignment]) -> pd.DataFrame:
    return _table(
        [
            (
                href_of_ticket(item.task_id, item.ticket_number),
                item.target_resolution,
                wording.SLA_NAMES.get(item.sla_status, item.sla_status),
                item.ticket_priority,
                item.ticket_subject,
                item.workflow_name,
                item.current_step_name,
                item.role,
                item.assigned_on,
            )
            for item in items
        ],
        [
            *(_("Ticket"), _("Target"), _("SLA"), _("Priority"), _("Subject"), _("Workflow"), _("Step")),
            *(_("Role"), _("Given to me")),
        ],
    )


def _names(task: OpenTask) -> str | None:
    return ", ".join(holder.user_full_name for holder in task.assigned_users) or None


def _table(rows: list[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=columns)
    instants = {_("Target"), _("On hold since"), _("Waiting since"), _("Given to me")}
    for name in instants & set(columns):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table
