"""What people leave behind when they leave a role, and what waits for those who join one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity.models import RoleUser
from api.kit.db import Session
from api.tasks import announcements, targets, vacancies
from api.tasks.assignment import assign_step, give_item, tell_item, tell_task
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind
from api.tasks.models import Task, TaskItem
from api.tasks.vacancies import HeldTask
from api.workflows.graph import Node, read_definition


@dataclass(frozen=True, slots=True)
class _Leave:
    """A membership that ended, when and why."""

    session: Session
    trail: Trail
    member: RoleUser
    at: datetime
    reason: str

    def record(self, action: str, task: Task, changes: Mapping[str, Any]) -> None:
        self.trail.record(action, "Task", task.task_id, {**changes, "reason": self.reason})


async def lock_concerned(session: Session, role_id: int, leaving: Collection[int]) -> None:
    """Lock every task that memberships are leaving behind or that waits for a role.

    Before anything else is locked and in one order, as all who lock tasks do.
    """
    await vacancies.lock_tasks(session, role_id, leaving)


async def reassign_open_items(
    session: Session, trail: Trail, role_user: RoleUser, *, at: datetime, reason: str
) -> int:
    """Give the tickets and the open items of a membership that ended to others of the role, in turn.

    A step whose role has nobody left waits for assignment; a ticket without coordinators has no owner.

    Returns:
        How many tasks changed hands.
    """
    leave = _Leave(session, trail, role_user, at, reason)
    # Whoever was given something a moment ago holds it only once that is committed.
    await identity_repository.lock_turns(session, role_user.role_id)
    owned = await vacancies.list_owned(session, role_user.role_user_id)
    for task in owned:
        await _give_ownership(leave, task)
    held = await vacancies.list_held(session, role_user.role_user_id)
    for left in held:
        await _give_item(leave, left)
    await session.flush()
    return len({task.task_id for task in owned} | {left.task.task_id for left in held})


async def assign_waiting(session: Session, trail: Trail, role_id: int, *, at: datetime) -> int:
    """Give the steps that wait for somebody of a role to its members, in turn.

    Returns:
        How many tasks have an assignee now.
    """
    assigned = 0
    for waiting in await vacancies.list_waiting(session, role_id):
        task = waiting.task
        graph = read_definition(waiting.version.definition)
        node = graph.find_node(task.current_step_id)
        if node is None:
            continue
        held = await assign_step(session, task, graph, node, at=max(at, task.created_at))
        if held is None:
            break
        task.version += 1
        assignee = {"old": None, "new": held.holder.user_id}
        trail.record("assign_task", "Task", task.task_id, {"assignee": assignee})
        assigned += 1
    await session.flush()
    return assigned


async def _give_ownership(leave: _Leave, task: Task) -> None:
    session, old = leave.session, leave.member
    successor = await identity_repository.choose_next_member(session, old.role_id, other_than=old.user_id)
    task.ticket_owner_id = successor.role_user_id if successor else None
    task.version += 1
    at = max(leave.at, task.created_at)
    tell_task(session, task, TaskEventKind.OWNER_CHANGED, at=at, note=leave.reason)
    await announcements.owner_changed(
        session, task, old, successor, reason=leave.reason, changed_by=None, at=at
    )
    owner = {"old": old.user_id, "new": successor.user_id if successor else None}
    leave.record("ticket_owner_transfer", task, {"ticket_owner_id": owner})


async def _give_item(leave: _Leave, left: HeldTask) -> None:
    task, item = left.task, left.item
    at = max(leave.at, item.assigned_on, task.created_at)
    item.status, item.closed_at = ItemStatus.REASSIGNED, at
    task.version += 1
    tell_item(leave.session, item, ItemStatus.REASSIGNED, at=at, note=leave.reason)
    node = read_definition(left.version.definition).find_node(item.step_id)
    if node is None or item.step_id != task.current_step_id:
        return
    successor = await _open_successor(leave, left, node, at)
    assignee = {"old": leave.member.user_id, "new": successor.user_id if successor else None}
    leave.record("assign_task", task, {"assignee": assignee})


async def _open_successor(leave: _Leave, left: HeldTask, node: Node, at: datetime) -> RoleUser | None:
    """Open an item with the time that was left to its predecessor; None when nobody can take it."""
    session, task, item = leave.session, left.task, left.item
    member = None
    if leave.member.role_id == node.escalate_to:
        # What was escalated stays with those it was escalated to, as long as there are any.
        member = await identity_repository.choose_next_member(session, leave.member.role_id)
    member = member or await identity_repository.choose_next_member(session, node.role_id)
    task.needs_assignment = member is None
    if member is None:
        tell_task(session, task, TaskEventKind.UNASSIGNED, at=at, note=leave.reason)
        return None
    successor = TaskItem(
        origin=ItemOrigin.SYSTEM,
        target_resolution=await targets.inherited_target(session, task, item, at),
        handover_note=leave.reason,
        from_task_item_id=item.task_item_id,
    )
    held = await give_item(session, successor, task, member, node.step_id, at=at)
    item.transferred_to_id = member.role_user_id
    task_item_id = successor.task_item_id
    tell_task(session, task, TaskEventKind.ASSIGNED, at=at, task_item_id=task_item_id, note=node.role_name)
    await announcements.assigned(session, task, held, node.name, at=at)
    return member
