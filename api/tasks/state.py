"""The state machines of tasks and items, and how their states follow from their events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from api.tasks.enums import OPEN_TASK_STATUSES, ItemStatus, TaskEventKind, TaskStatus

OPEN_ITEM_STATUSES = frozenset({ItemStatus.NEW, ItemStatus.IN_PROGRESS})
_WORKABLE = frozenset({TaskStatus.PENDING, TaskStatus.IN_PROGRESS})

# What may happen to a task in each status, and the status it has then.
_TASK_MOVES: dict[TaskEventKind, tuple[frozenset[TaskStatus], TaskStatus]] = {
    TaskEventKind.STARTED: (_WORKABLE, TaskStatus.IN_PROGRESS),
    TaskEventKind.TRANSITIONED: (_WORKABLE, TaskStatus.IN_PROGRESS),
    TaskEventKind.COMPLETED: (_WORKABLE, TaskStatus.COMPLETED),
    TaskEventKind.HELD: (_WORKABLE, TaskStatus.ON_HOLD),
    TaskEventKind.RESUMED: (frozenset({TaskStatus.ON_HOLD}), TaskStatus.IN_PROGRESS),
    TaskEventKind.CANCELLED: (OPEN_TASK_STATUSES, TaskStatus.CANCELLED),
    TaskEventKind.REOPENED: (frozenset({TaskStatus.COMPLETED}), TaskStatus.IN_PROGRESS),
}

# What an item may be told in each status. A breach is noted and changes nothing.
_ITEM_MOVES: dict[ItemStatus, frozenset[ItemStatus]] = {
    ItemStatus.IN_PROGRESS: frozenset({ItemStatus.NEW}),
    ItemStatus.RESOLVED: OPEN_ITEM_STATUSES,
    ItemStatus.REASSIGNED: OPEN_ITEM_STATUSES,
    ItemStatus.ESCALATED: OPEN_ITEM_STATUSES,
}


def status_after(status: TaskStatus, kind: TaskEventKind) -> TaskStatus | None:
    """Return the status that an event leads to; None when it may not happen in this one."""
    allowed_from, wanted = _TASK_MOVES[kind]
    return wanted if status in allowed_from else None


def item_status_after(status: ItemStatus, told: ItemStatus) -> ItemStatus | None:
    """Return the status that an item has once it is told another; None when it may not be told that."""
    if told is ItemStatus.BREACHED:
        return status if status in OPEN_ITEM_STATUSES else None
    return told if status in _ITEM_MOVES.get(told, frozenset()) else None


class TaskEventLike(Protocol):
    kind: str
    to_step_id: int | None
    to_status: str | None
    occurred_at: datetime


class ItemEventLike(Protocol):
    status: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class TaskState:
    """The state columns of a task, as far as they follow from its events."""

    status: TaskStatus = TaskStatus.PENDING
    current_step_id: int | None = None
    first_response_at: datetime | None = None
    resolution_time: datetime | None = None
    needs_assignment: bool = False


@dataclass(frozen=True, slots=True)
class ItemState:
    status: ItemStatus = ItemStatus.NEW
    closed_at: datetime | None = None
    breached_at: datetime | None = None


_RESPONSES = {TaskEventKind.STARTED, TaskEventKind.TRANSITIONED, TaskEventKind.COMPLETED}
# After these nobody holds the step until somebody is assigned.
_VACANCIES = {
    TaskEventKind.CREATED,
    TaskEventKind.UNASSIGNED,
    TaskEventKind.TRANSITIONED,
    TaskEventKind.REOPENED,
}


def rebuild_task(events: Iterable[TaskEventLike]) -> TaskState:
    """Fold a task's events, oldest first, into its state."""
    state = TaskState()
    for event in events:
        kind = TaskEventKind(event.kind)
        if event.to_status is not None:
            state = replace(state, status=TaskStatus(event.to_status))
        if event.to_step_id is not None:
            state = replace(state, current_step_id=event.to_step_id)
        if kind in _RESPONSES and state.first_response_at is None:
            state = replace(state, first_response_at=event.occurred_at)
        if kind in _VACANCIES:
            state = replace(state, needs_assignment=True)
        if kind in {TaskEventKind.ASSIGNED, TaskEventKind.COMPLETED, TaskEventKind.CANCELLED}:
            state = replace(state, needs_assignment=False)
        if kind is TaskEventKind.COMPLETED:
            state = replace(state, resolution_time=event.occurred_at)
        if kind is TaskEventKind.REOPENED:
            state = replace(state, resolution_time=None)
    return state


def rebuild_item(events: Iterable[ItemEventLike], *, cancelled_at: datetime | None = None) -> ItemState:
    """Fold an item's events, oldest first. A breach is noted and leaves the status as it was.

    Args:
        events: of one item.
        cancelled_at: when its task was; items have no status for that, so it only closes them.
    """
    state = ItemState()
    for event in events:
        status = ItemStatus(event.status)
        if status is ItemStatus.BREACHED:
            state = replace(state, breached_at=state.breached_at or event.occurred_at)
            continue
        is_open = status in OPEN_ITEM_STATUSES
        state = replace(state, status=status, closed_at=None if is_open else event.occurred_at)
    return replace(state, closed_at=state.closed_at or cancelled_at)
