"""The rows that task objects and their items are made of, read by key in one statement each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, any_, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from api.identity.models import Role, RoleUser
from api.kit.db import Session
from api.sla.models import CalendarRevision
from api.tasks.bound_steps import step_name, step_role
from api.tasks.enums import ItemStatus
from api.tasks.keys import KEYS, NOW, among
from api.tasks.models import Task, TaskItem, TaskItemEvent
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot
from api.workflows.models import Workflow, WorkflowVersion


async def list_task_rows(
    session: Session, task_ids: Collection[int], *, now: datetime
) -> dict[int, RowMapping]:
    """Map each task that exists and is not deleted to its columns."""
    rows = await session.execute(_tasks(), {"now": now, "keys": list(task_ids)})
    return {row["task_id"]: row for row in rows.mappings()}


async def list_items_of_tasks(
    session: Session, task_ids: Collection[int], *, only_open: bool
) -> Sequence[RowMapping]:
    """List the items of some tasks, each with its history, in the order of their assignment."""
    rows = await session.execute(_items_of_tasks(only_open=only_open), {"keys": list(task_ids)})
    return rows.mappings().all()


async def find_item_row(session: Session, task_item_id: int) -> RowMapping | None:
    rows = await session.execute(
        _items().where(TaskItem.task_item_id == task_item_id, Task.deleted_at.is_(None))
    )
    return rows.mappings().one_or_none()


async def list_calendar_definitions(
    session: Session, revision_ids: Collection[int]
) -> dict[int, dict[str, Any]]:
    rows = await session.execute(
        select(CalendarRevision.calendar_revision_id, CalendarRevision.definition).where(
            among(CalendarRevision.calendar_revision_id, revision_ids)
        )
    )
    return {row.calendar_revision_id: row.definition for row in rows}


@cache
def _tasks() -> Select[*tuple[Any, ...]]:
    owner, owner_role = aliased(RoleUser, name="owner"), aliased(Role, name="owner_role")
    return (
        select(
            Task.task_id,
            Task.ticket_id,
            TicketSnapshot.ticket_number,
            TicketSnapshot.subject.label("ticket_subject"),
            TicketSnapshot.description.label("ticket_description"),
            TicketSnapshot.status.label("ticket_status"),
            TicketSnapshot.priority.label("ticket_priority"),
            TicketSnapshot.department,
            TicketSnapshot.category,
            TicketSnapshot.sub_category,
            Task.workflow_id,
            Workflow.name.label("workflow_name"),
            WorkflowVersion.version.label("workflow_version"),
            Task.current_step_id.label("current_step"),
            step_name(Task.current_step_id).label("current_step_name"),
            step_role(Task.current_step_id).label("current_step_role"),
            Task.status,
            Task.created_at,
            Task.updated_at,
            TicketSnapshot.fetched_at,
            Task.target_resolution,
            Task.resolution_time,
            Task.first_response_at,
            sla_state_column(NOW).label("sla_status"),
            Task.hold_started_at,
            Task.calendar_revision_id,
            Task.ticket_owner_id.label("ticket_owner"),
            owner.user_id.label("ticket_owner_id"),
            owner.user_full_name.label("ticket_owner_name"),
            owner_role.name.label("ticket_owner_role"),
            Task.needs_assignment,
            Task.version,
        )
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .join(Workflow, Workflow.workflow_id == Task.workflow_id)
        .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .outerjoin(owner, owner.role_user_id == Task.ticket_owner_id)
        .outerjoin(owner_role, owner_role.role_id == owner.role_id)
        .where(Task.task_id == any_(KEYS), Task.deleted_at.is_(None))
    )


@cache
def _items_of_tasks(*, only_open: bool) -> Select[*tuple[Any, ...]]:
    statement = _items().where(TaskItem.task_id == any_(KEYS))
    if only_open:
        statement = statement.where(TaskItem.closed_at.is_(None))
    return statement.order_by(TaskItem.assigned_on, TaskItem.task_item_id)


def _items() -> Select[*tuple[Any, ...]]:
    holder, role = aliased(RoleUser, name="holder"), aliased(Role, name="item_role")
    receiver = aliased(RoleUser, name="receiver")
    return (
        select(
            TaskItem.task_id,
            TaskItem.task_item_id,
            holder.user_id,
            holder.user_full_name,
            role.name.label("role"),
            TaskItem.status,
            TaskItem.origin,
            TaskItem.notes,
            TaskItem.handover_note,
            TaskItem.assigned_on,
            TaskItem.acted_on,
            TaskItem.closed_at,
            TaskItem.step_id.label("assigned_on_step_id"),
            step_name(TaskItem.step_id).label("assigned_on_step_name"),
            TaskItem.target_resolution,
            case((TaskItem.status == ItemStatus.RESOLVED, TaskItem.acted_on)).label("resolution_time"),
            TaskItem.breached_at,
            TaskItem.transferred_to_id.label("transferred_to"),
            receiver.user_id.label("transferred_to_user_id"),
            receiver.user_full_name.label("transferred_to_user_name"),
            TaskItem.transferred_by,
            TaskItem.from_task_item_id,
            _history().label("task_history"),
        )
        .join(Task, Task.task_id == TaskItem.task_id)
        .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .join(holder, holder.role_user_id == TaskItem.role_user_id)
        .join(role, role.role_id == holder.role_id)
        .outerjoin(receiver, receiver.role_user_id == TaskItem.transferred_to_id)
    )


def _history() -> ColumnElement[Any]:
    entry = func.jsonb_build_object(
        "task_item_history_id",
        TaskItemEvent.task_item_event_id,
        "status",
        TaskItemEvent.status,
        "created_at",
        TaskItemEvent.occurred_at,
    )
    in_order = aggregate_order_by(entry, TaskItemEvent.occurred_at, TaskItemEvent.task_item_event_id)
    entries = select(func.coalesce(func.jsonb_agg(in_order), func.jsonb_build_array()))
    return (
        entries.where(TaskItemEvent.task_item_id == TaskItem.task_item_id)
        .correlate(TaskItem)
        .scalar_subquery()
    )
