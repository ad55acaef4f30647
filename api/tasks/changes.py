"""Changing a task: locked first, compared with what the caller saw, told as it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import InvalidStateError
from api.kit.preconditions import check_version
from api.tasks import repository
from api.tasks.assignment import tell_item, tell_task
from api.tasks.enums import OPEN_TASK_STATUSES, ItemStatus, TaskEventKind, TaskStatus
from api.tasks.errors import (
    NotConcernedError,
    TaskClosedError,
    TaskItemNotFoundError,
    TaskNotFoundError,
    TaskOnHoldError,
)
from api.tasks.models import Task, TaskItem
from api.tasks.repository import HeldItem
from api.tasks.state import item_status_after, status_after
from api.tickets import repository as ticket_repository
from api.tickets import service as ticket_service
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot


@dataclass(frozen=True, slots=True)
class Change:
    """A locked task, what of its items the change may concern, who makes it and when."""

    session: Session
    trail: Trail
    principal: Principal
    task: Task
    items: Sequence[HeldItem]
    at: datetime

    @property
    def actor(self) -> int | None:
        return None if self.principal.is_service else self.principal.user_id

    @property
    def status(self) -> TaskStatus:
        return TaskStatus(self.task.status)

    @property
    def open_items(self) -> list[HeldItem]:
        return [held for held in self.items if held.item.closed_at is None]

    @property
    def own_items(self) -> list[HeldItem]:
        return [held for held in self.items if held.holder.user_id == self.principal.user_id]

    def item_in_hand(self) -> TaskItem | None:
        """Find the caller's open item of the current step."""
        for held in self.own_items:
            if held.item.closed_at is None and held.item.step_id == self.task.current_step_id:
                return held.item
        return None

    def require_open(self) -> None:
        if self.status not in OPEN_TASK_STATUSES:
            raise TaskClosedError

    def require_workable(self) -> None:
        """Refuse to work on a task that is closed, on hold or waits for another system."""
        self.require_open()
        if self.status is TaskStatus.ON_HOLD:
            raise TaskOnHoldError
        if not self.can(TaskEventKind.TRANSITIONED):
            message = f"A task that is {self.status.value!r} waits for another system: nobody can work on it"
            raise InvalidStateError(message)

    async def require_concern(self, *, is_admin: bool) -> None:
        """Let the assignee of the current step pass, the owner and admins."""
        if is_admin or self.item_in_hand() is not None:
            return
        owner = await repository.find_member(self.session, self.task.ticket_owner_id)
        if owner is None or owner.user_id != self.principal.user_id:
            raise NotConcernedError

    def tell(self, kind: TaskEventKind, **facts: int | str | None) -> None:
        tell_task(self.session, self.task, kind, at=self.at, actor_user_id=self.actor, **facts)

    def can(self, kind: TaskEventKind) -> bool:
        return status_after(self.status, kind) is not None

    def move(self, kind: TaskEventKind, **facts: int | str | None) -> None:
        """Let an event happen that moves the task's status.

        Raises:
            TaskClosedError: it may not happen in the status that the task has.
        """
        before, after = self.status, status_after(self.status, kind)
        if after is None:
            raise TaskClosedError
        self.task.status = after
        self.tell(kind, from_status=before, to_status=after, **facts)

    def move_item(self, item: TaskItem, status: ItemStatus, note: str | None = None) -> None:
        """Tell an open item another status; all but `in progress` close it."""
        moved = item_status_after(ItemStatus(item.status), status)
        if moved is None:
            message = f"an item that is {item.status!r} cannot become {status.value!r}"
            raise ValueError(message)
        item.status = moved
        if moved is ItemStatus.IN_PROGRESS:
            item.first_opened_at = self.at
        else:
            item.closed_at = self.at
        tell_item(self.session, item, status, at=self.at, actor_user_id=self.actor, note=note)

    async def move_ticket(self, *path: TicketStatus) -> TicketSnapshot:
        """Take the ticket along with its task, as far as its own life cycle allows."""
        snapshot = await ticket_repository.lock_snapshot(self.session, self.task.ticket_id)
        for wanted in path:
            ticket_service.move_status(self.session, snapshot, wanted, actor_user_id=self.actor, at=self.at)
        return snapshot

    async def finish(self, action: str, changes: dict[str, Any]) -> None:
        """Write the change down under a new version of the task."""
        self.task.version += 1
        self.trail.record(action, "Task", self.task.task_id, changes)
        await self.session.flush()


async def open_change(
    session: Session,
    trail: Trail,
    principal: Principal,
    task_id: int,
    *expected_versions: int | None,
    task_item_id: int | None = None,
) -> Change:
    """Lock a task for a change.

    Raises:
        TaskNotFoundError: there is none of this id, or it was deleted.
        VersionConflictError: the caller saw another version of it.
    """
    task = await repository.lock_task(session, task_id)
    if task is None:
        raise TaskNotFoundError
    check_version(task.version, *expected_versions)
    return await change_of(session, trail, principal, task, task_item_id=task_item_id)


async def open_change_of_item(
    session: Session, trail: Trail, principal: Principal, task_item_id: int, *expected_versions: int | None
) -> tuple[Change, HeldItem]:
    """Lock the task of an item for a change that begins with the item.

    Raises:
        TaskItemNotFoundError: there is none of this id, or its task was deleted.
        VersionConflictError: the caller saw another version of the task.
    """
    task_id = await repository.find_task_id_of_item(session, task_item_id)
    task = None if task_id is None else await repository.lock_task(session, task_id)
    if task is None:
        raise TaskItemNotFoundError
    check_version(task.version, *expected_versions)
    change = await change_of(session, trail, principal, task, task_item_id=task_item_id)
    return change, next(held for held in change.items if held.item.task_item_id == task_item_id)


async def change_of(
    session: Session,
    trail: Trail,
    principal: Principal,
    task: Task,
    *,
    task_item_id: int | None = None,
    now: datetime | None = None,
) -> Change:
    """Begin a change of a task that is locked already, at this moment unless told another."""
    items = await repository.list_items_to_weigh(
        session, task.task_id, principal.user_id, task_item_id=task_item_id
    )
    return Change(session, trail, principal, task, items, _instant(task, items, now or utc_now()))


def _instant(task: Task, items: Sequence[HeldItem], now: datetime) -> datetime:
    """Date a change now, and never before what it follows: clocks of two processes differ."""
    before = [task.created_at, task.hold_started_at, task.resolution_time]
    before += [held.item.assigned_on for held in items if held.item.closed_at is None]
    return max(now, *(instant for instant in before if instant is not None))
