"""Tasks and items with a deadline to notice, read locked.

What somebody else has locked is passed over: it is still due when they are done, and nobody waits for
anybody.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from api.identity.models import RoleUser
from api.identity.repository import can_work
from api.kit.db import Session
from api.sla.enums import SlaLevel
from api.tasks.enums import OPEN_TASK_STATUSES
from api.tasks.keys import NOW, among
from api.tasks.models import Task, TaskItem
from api.tasks.repository import HeldItem
from api.tickets.models import TicketSnapshot
from api.workflows.models import WorkflowVersion

# A task on hold is judged at the instant the hold began.
_JUDGED_AT = func.coalesce(Task.hold_started_at, NOW)


@dataclass(frozen=True, slots=True)
class DueTask:
    """A locked task with its ticket, the graph it is bound to, and its coordinator."""

    task: Task
    ticket: TicketSnapshot
    version: WorkflowVersion
    owner: RoleUser | None


_DUE_TASKS = (
    select(Task, TicketSnapshot, WorkflowVersion, RoleUser)
    .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
    .outerjoin(RoleUser, RoleUser.role_user_id == Task.ticket_owner_id)
    .where(
        Task.sla_due_at <= NOW,
        # At its target a task is not late yet.
        or_(
            Task.sla_due_at < _JUDGED_AT,
            and_(Task.sla_due_at == _JUDGED_AT, Task.sla_level < SlaLevel.CRITICAL),
        ),
    )
    .order_by(Task.sla_due_at, Task.task_id)
    .with_for_update(of=Task, skip_locked=True)
    .execution_options(populate_existing=True)
)


async def lock_due_tasks(session: Session, now: datetime, limit: int) -> list[DueTask]:
    """Lock tasks with a deadline that is to be noticed, those due longest first."""
    rows = await session.execute(_DUE_TASKS.limit(limit), {"now": now})
    return [DueTask(*row) for row in rows]


async def read_due_task(session: Session, task: Task) -> DueTask:
    """Read what belongs to a task that is locked already."""
    return DueTask(
        task,
        await session.get_one(TicketSnapshot, task.ticket_id),
        await session.get_one(WorkflowVersion, task.workflow_version_id),
        await session.get(RoleUser, task.ticket_owner_id) if task.ticket_owner_id is not None else None,
    )


_LATE_ITEMS = (
    select(TaskItem)
    .join(Task, Task.task_id == TaskItem.task_id)
    .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    .where(
        TaskItem.closed_at.is_(None),
        TaskItem.breached_at.is_(None),
        TaskItem.target_resolution < NOW,
        TaskItem.target_resolution < _JUDGED_AT,
        # Late already when it was handed on, or when its ticket became known here: not on this clock.
        TaskItem.target_resolution >= TaskItem.assigned_on,
        TaskItem.target_resolution > TicketSnapshot.fetched_at,
        Task.status.in_(OPEN_TASK_STATUSES),
        Task.deleted_at.is_(None),
    )
    .order_by(TaskItem.target_resolution, TaskItem.task_item_id)
    # The item as well: its own new version is what tells a second reader that it was noticed.
    .with_for_update(of=(Task, TaskItem), skip_locked=True)
    .execution_options(populate_existing=True)
)


async def lock_late_items(session: Session, now: datetime, limit: int) -> list[TaskItem]:
    """Lock open items, each with its task, whose own target passed unnoticed."""
    return list(await session.scalars(_LATE_ITEMS.limit(limit), {"now": now}))


async def list_holders(session: Session, task_ids: Collection[int]) -> dict[int, list[HeldItem]]:
    """Map tasks to their open items and who holds those."""
    rows = await session.execute(
        select(TaskItem, RoleUser)
        .join(RoleUser, RoleUser.role_user_id == TaskItem.role_user_id)
        .where(among(TaskItem.task_id, task_ids), TaskItem.closed_at.is_(None))
        .order_by(TaskItem.task_item_id)
        .execution_options(populate_existing=True)
    )
    holders: dict[int, list[HeldItem]] = defaultdict(list)
    for item, holder in rows:
        holders[item.task_id].append(HeldItem(item, holder))
    return holders


async def list_members(session: Session, role_ids: Collection[int]) -> dict[int, set[int]]:
    """Map roles to the people who are active in them."""
    members: dict[int, set[int]] = defaultdict(set)
    if role_ids:
        rows = await session.execute(
            select(RoleUser.role_id, RoleUser.user_id).where(among(RoleUser.role_id, role_ids), can_work())
        )
        for role_id, user_id in rows:
            members[role_id].add(user_id)
    return members
