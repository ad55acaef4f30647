"""One task's past: its frozen graph, its events and who is named in them."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, select

from api.identity.enums import UserType
from api.identity.models import Role, RoleUser, UserAccount
from api.kit.db import Session
from api.tasks.errors import TaskNotFoundError
from api.tasks.keys import among
from api.tasks.models import Task, TaskEvent
from api.tickets.models import TicketSnapshot
from api.workflows.models import WorkflowVersion


async def get_bound_task(session: Session, task_id: int) -> RowMapping:
    """Read a task with the graph it is bound to.

    Raises:
        TaskNotFoundError: there is none of this id, or it was deleted.
    """
    rows = await session.execute(
        select(
            Task.task_id,
            Task.workflow_id,
            Task.current_step_id,
            Task.status,
            Task.created_at,
            Task.hold_started_at,
            Task.calendar_revision_id,
            TicketSnapshot.ticket_number,
            WorkflowVersion.version.label("workflow_version"),
            WorkflowVersion.definition,
            RoleUser.user_id.label("owner_id"),
            RoleUser.user_full_name.label("owner_name"),
            RoleUser.department.label("owner_department"),
            Role.name.label("owner_role"),
        )
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .outerjoin(RoleUser, RoleUser.role_user_id == Task.ticket_owner_id)
        .outerjoin(Role, Role.role_id == RoleUser.role_id)
        .where(Task.task_id == task_id, Task.deleted_at.is_(None))
    )
    found = rows.mappings().one_or_none()
    if found is None:
        raise TaskNotFoundError
    return found


async def list_events(session: Session, task_id: int) -> Sequence[TaskEvent]:
    """List all that happened to a task, oldest first."""
    events = await session.scalars(
        select(TaskEvent)
        .where(TaskEvent.task_id == task_id)
        .order_by(TaskEvent.occurred_at, TaskEvent.task_event_id)
    )
    return events.all()


async def names_of_staff(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Name people by their memberships or, without one, by their local account."""
    accounts = select(UserAccount.user_id, UserAccount.full_name).where(
        UserAccount.user_type == UserType.STAFF, among(UserAccount.user_id, user_ids)
    )
    memberships = select(RoleUser.user_id, RoleUser.user_full_name).where(among(RoleUser.user_id, user_ids))
    names: dict[int, str] = {}
    for statement in (accounts, memberships):
        for row in await session.execute(statement):
            names[row.user_id] = row[1]
    return names
