"""The columns of an assignment row."""

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from api.identity.models import Role, RoleUser
from api.tasks.bound_steps import step_name, step_role
from api.tasks.enums import ItemStatus
from api.tasks.keys import NOW
from api.tasks.models import Task, TaskItem
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot
from api.workflows.models import Workflow, WorkflowVersion


def assignment_columns() -> Select[*tuple[Any, ...]]:
    """Select what is shown of an assignment; `NOW` is the instant its task is judged at."""
    role, owner_role = aliased(Role, name="item_role"), aliased(Role, name="owner_role")
    holder, owner = aliased(RoleUser, name="holder"), aliased(RoleUser, name="owner")
    receiver = aliased(RoleUser, name="receiver")
    updated_on = func.coalesce(TaskItem.closed_at, TaskItem.first_opened_at, TaskItem.assigned_on)
    return (
        select(
            TaskItem.task_item_id,
            holder.user_id,
            holder.user_full_name,
            role.name.label("role"),
            TaskItem.status,
            TaskItem.origin,
            Task.task_id,
            TicketSnapshot.ticket_id,
            TicketSnapshot.ticket_number,
            TicketSnapshot.subject.label("ticket_subject"),
            TicketSnapshot.description.label("ticket_description"),
            TicketSnapshot.status.label("ticket_status"),
            TicketSnapshot.priority.label("ticket_priority"),
            Task.workflow_id,
            Workflow.name.label("workflow_name"),
            Task.current_step_id,
            step_name(Task.current_step_id).label("current_step_name"),
            step_role(Task.current_step_id).label("current_step_role"),
            TaskItem.step_id.label("assigned_on_step_id"),
            step_name(TaskItem.step_id).label("assigned_on_step_name"),
            Task.status.label("task_status"),
            Task.version.label("task_version"),
            sla_state_column(NOW).label("sla_status"),
            owner.user_id.label("ticket_owner_id"),
            owner.user_full_name.label("ticket_owner_name"),
            owner_role.name.label("ticket_owner_role"),
            TaskItem.assigned_on,
            updated_on.label("status_updated_on"),
            TaskItem.acted_on,
            TaskItem.target_resolution,
            case((TaskItem.status == ItemStatus.RESOLVED, TaskItem.acted_on)).label("resolution_time"),
            TaskItem.notes,
            receiver.user_id.label("transferred_to_user_id"),
            receiver.user_full_name.label("transferred_to_user_name"),
            TaskItem.transferred_by,
        )
        .join(Task, Task.task_id == TaskItem.task_id)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .join(Workflow, Workflow.workflow_id == Task.workflow_id)
        .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .join(holder, holder.role_user_id == TaskItem.role_user_id)
        .join(role, role.role_id == holder.role_id)
        .outerjoin(owner, owner.role_user_id == Task.ticket_owner_id)
        .outerjoin(owner_role, owner_role.role_id == owner.role_id)
        .outerjoin(receiver, receiver.role_user_id == TaskItem.transferred_to_id)
        .where(Task.deleted_at.is_(None))
    )
