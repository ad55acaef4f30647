from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, RowMapping, and_, bindparam, exists, func, or_, select

from api.identity.models import Role, RoleUser
from api.identity.repository import can_work
from api.kit.db import Session
from api.kit.pagination import PageRequest
from api.tasks.enums import OPEN_TASK_STATUSES, TaskEventKind
from api.tasks.models import Task, TaskEvent, TaskItem
from api.workflows.models import StepTransition, Workflow, WorkflowVersion

COORDINATOR_ROLE = "Ticket Coordinator"


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An item and the person who holds it."""

    item: TaskItem
    holder: RoleUser


# The statements of every creation and transition are built once: that costs more than to run them.
_LOCK_TASK = (
    select(Task)
    .where(Task.task_id == bindparam("task_id"), Task.deleted_at.is_(None))
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def lock_task(session: Session, task_id: int) -> Task | None:
    """Lock a task for a change: whoever else wants to change it waits, then sees what became of it."""
    found = await session.scalars(_LOCK_TASK, {"task_id": task_id})
    return found.one_or_none()


async def find_task(session: Session, task_id: int) -> Task | None:
    found = await session.scalars(select(Task).where(Task.task_id == task_id, Task.deleted_at.is_(None)))
    return found.one_or_none()


async def find_newest_task_id(session: Session, ticket_id: int) -> int | None:
    """Find the last run for a ticket; whatever is open is the last."""
    return await session.scalar(
        select(func.max(Task.task_id)).where(Task.ticket_id == ticket_id, Task.deleted_at.is_(None))
    )


async def has_open_task(session: Session, ticket_id: int) -> bool:
    is_open = and_(
        Task.ticket_id == ticket_id, Task.status.in_(OPEN_TASK_STATUSES), Task.deleted_at.is_(None)
    )
    return bool(await session.scalar(select(exists().where(is_open))))


async def find_task_id_of_item(session: Session, task_item_id: int) -> int | None:
    return await session.scalar(select(TaskItem.task_id).where(TaskItem.task_item_id == task_item_id))


async def get_version(session: Session, workflow_version_id: int) -> WorkflowVersion:
    return await session.get_one(WorkflowVersion, workflow_version_id)


_ITEMS_TO_WEIGH = (
    select(TaskItem, RoleUser)
    .join(RoleUser, RoleUser.role_user_id == TaskItem.role_user_id)
    .where(
        TaskItem.task_id == bindparam("task_id"),
        or_(
            TaskItem.closed_at.is_(None),
            RoleUser.user_id == bindparam("user_id"),
            TaskItem.task_item_id == bindparam("task_item_id", type_=BigInteger),
        ),
    )
    .order_by(TaskItem.task_item_id)
)


async def list_items_to_weigh(
    session: Session, task_id: int, user_id: int, *, task_item_id: int | None = None
) -> list[HeldItem]:
    """List a task's open items, the closed ones of one person, and one item whatever its state."""
    rows = await session.execute(
        _ITEMS_TO_WEIGH, {"task_id": task_id, "user_id": user_id, "task_item_id": task_item_id}
    )
    return [HeldItem(item, holder) for item, holder in rows]


async def find_last_holder(session: Session, task_id: int, step_id: int) -> RoleUser | None:
    """Find who held a step last; None when that membership has ended."""
    newest = (
        select(TaskItem.role_user_id)
        .where(TaskItem.task_id == task_id, TaskItem.step_id == step_id)
        .order_by(TaskItem.task_item_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = await session.scalars(select(RoleUser).where(RoleUser.role_user_id == newest, can_work()))
    return found.one_or_none()


async def list_open_items(session: Session, task_id: int) -> list[TaskItem]:
    items = await session.scalars(
        select(TaskItem).where(TaskItem.task_id == task_id, TaskItem.closed_at.is_(None))
    )
    return list(items)


async def list_items(session: Session, task_id: int) -> list[TaskItem]:
    return list(await session.scalars(select(TaskItem).where(TaskItem.task_id == task_id)))


async def list_events(session: Session, task_id: int, kinds: Collection[TaskEventKind]) -> list[TaskEvent]:
    """List a task's events of some kinds, oldest first."""
    events = await session.scalars(
        select(TaskEvent)
        .where(TaskEvent.task_id == task_id, TaskEvent.kind.in_(kinds))
        .order_by(TaskEvent.occurred_at, TaskEvent.task_event_id)
    )
    return list(events)


async def transition_exists(session: Session, transition_id: int) -> bool:
    return await session.get(StepTransition, transition_id) is not None


_COORDINATOR_ROLE = (
    select(Role)
    .where(Role.name == COORDINATOR_ROLE, Role.system.in_(["hdts", "tts"]), Role.deleted_at.is_(None))
    .order_by(Role.system)
    .limit(1)
)


async def find_coordinator_role(session: Session) -> Role | None:
    """Find the role that owns tickets; the help desk's own comes before one of the same name here."""
    found = await session.scalars(_COORDINATOR_ROLE)
    return found.one_or_none()


async def find_workflow(session: Session, workflow_id: int) -> Workflow | None:
    return await session.get(Workflow, workflow_id)


async def find_member(session: Session, role_user_id: int | None) -> RoleUser | None:
    return None if role_user_id is None else await session.get(RoleUser, role_user_id)


async def list_active_memberships(session: Session, user_id: int) -> list[RoleUser]:
    members = await session.scalars(
        select(RoleUser).where(RoleUser.user_id == user_id, can_work()).order_by(RoleUser.role_id)
    )
    return list(members)


async def find_active_member(session: Session, role_id: int, user_id: int) -> RoleUser | None:
    found = await session.scalars(
        select(RoleUser).where(RoleUser.role_id == role_id, RoleUser.user_id == user_id, can_work())
    )
    return found.one_or_none()


async def list_coordinators(
    session: Session, role_id: int, exclude_user_id: int | None, page: PageRequest
) -> tuple[int, Sequence[RowMapping]]:
    """List the active members of a role, each with the open tasks that they own."""
    members = select(
        RoleUser.role_user_id, RoleUser.user_id, RoleUser.user_full_name, RoleUser.department
    ).where(
        RoleUser.role_id == role_id,
        can_work(),
        RoleUser.user_id.is_distinct_from(exclude_user_id),
    )
    count = await session.scalar(select(func.count()).select_from(members.subquery())) or 0
    page.check(count)
    owned = (
        select(func.count())
        .where(
            Task.ticket_owner_id == RoleUser.role_user_id,
            Task.status.in_(OPEN_TASK_STATUSES),
            Task.deleted_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        members.add_columns(owned.label("open_task_count"))
        .order_by(RoleUser.user_full_name, RoleUser.role_user_id)
        .limit(page.size)
        .offset(page.offset)
    )
    return count, rows.mappings().all()
