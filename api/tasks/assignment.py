"""Giving a step of a task to the next person of its role."""

from datetime import datetime

from api.identity import repository as identity_repository
from api.identity.models import RoleUser
from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.tasks import announcements, repository, targets
from api.tasks.enums import ItemStatus, TaskEventKind
from api.tasks.models import Task, TaskEvent, TaskItem, TaskItemEvent
from api.tasks.repository import HeldItem
from api.workflows.graph import Graph, Node


def tell_task(
    session: Session,
    task: Task,
    kind: TaskEventKind,
    *,
    at: datetime,
    actor_user_id: int | None = None,
    **facts: int | str | None,
) -> None:
    session.add(
        TaskEvent(task_id=task.task_id, kind=kind, occurred_at=at, actor_user_id=actor_user_id, **facts)
    )


def tell_item(
    session: Session,
    item: TaskItem,
    status: ItemStatus,
    *,
    at: datetime,
    actor_user_id: int | None = None,
    note: str | None = None,
) -> None:
    session.add(
        TaskItemEvent(
            task_item_id=item.task_item_id,
            status=status,
            occurred_at=at,
            actor_user_id=actor_user_id,
            note=note,
        )
    )


async def assign_step(
    session: Session, task: Task, graph: Graph, node: Node, *, at: datetime, member: RoleUser | None = None
) -> HeldItem | None:
    """Give a step to a member of its role: the one named, else the next active one in turn.

    A role without anyone leaves the task flagged for assignment instead of stopping the work.
    """
    # What is still to be written has no say in whose turn it is, and is written with the item.
    with session.no_autoflush:
        member = member or await identity_repository.choose_next_member(session, node.role_id)
    task.needs_assignment = member is None
    if member is None:
        words = f"waits, because nobody is active in {node.role_name!r}"
        await announcements.told_of(session, task, NotificationType.SYSTEM, words, at=at)
        return None
    target = await targets.item_target(session, task, graph, node.step_id, at)
    held = await give_item(session, TaskItem(target_resolution=target), task, member, node.step_id, at=at)
    tell_task(
        session,
        task,
        TaskEventKind.ASSIGNED,
        at=at,
        task_item_id=held.item.task_item_id,
        note=node.role_name,
    )
    await announcements.assigned(session, task, held, node.name, at=at)
    return held


async def give_item(
    session: Session, item: TaskItem, task: Task, member: RoleUser, step_id: int, *, at: datetime
) -> HeldItem:
    """Put an item into the hands of a member, and tell it."""
    item.task_id, item.step_id, item.role_user_id = task.task_id, step_id, member.role_user_id
    item.status, item.assigned_on = ItemStatus.NEW, at
    session.add(item)
    await session.flush()
    tell_item(session, item, ItemStatus.NEW, at=at)
    return HeldItem(item, member)


async def choose_owner(session: Session, wanted_user_id: int | None) -> RoleUser | None:
    """Choose the coordinator of a new task: the one asked for while active, else the next in turn."""
    role = await repository.find_coordinator_role(session)
    if role is None:
        return None
    if wanted_user_id is not None:
        wanted = await repository.find_active_member(session, role.role_id, wanted_user_id)
        if wanted is not None:
            return wanted
    return await identity_repository.choose_next_member(session, role.role_id)
