from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tasks.enums import ItemStatus, TaskEventKind, TaskStatus
from api.tasks.models import TaskEvent, TaskItemEvent
from api.tasks.state import (
    OPEN_ITEM_STATUSES,
    ItemState,
    item_status_after,
    rebuild_item,
    rebuild_task,
    status_after,
)

MOVES = [
    (TaskStatus.PENDING, TaskEventKind.STARTED, TaskStatus.IN_PROGRESS),
    # Each step has an item of its own, which its assignee begins while the task is long in progress.
    (TaskStatus.IN_PROGRESS, TaskEventKind.STARTED, TaskStatus.IN_PROGRESS),
    (TaskStatus.PENDING, TaskEventKind.TRANSITIONED, TaskStatus.IN_PROGRESS),
    (TaskStatus.IN_PROGRESS, TaskEventKind.TRANSITIONED, TaskStatus.IN_PROGRESS),
    (TaskStatus.PENDING, TaskEventKind.COMPLETED, TaskStatus.COMPLETED),
    (TaskStatus.IN_PROGRESS, TaskEventKind.COMPLETED, TaskStatus.COMPLETED),
    (TaskStatus.PENDING, TaskEventKind.HELD, TaskStatus.ON_HOLD),
    (TaskStatus.IN_PROGRESS, TaskEventKind.HELD, TaskStatus.ON_HOLD),
    (TaskStatus.ON_HOLD, TaskEventKind.RESUMED, TaskStatus.IN_PROGRESS),
    (TaskStatus.PENDING, TaskEventKind.CANCELLED, TaskStatus.CANCELLED),
    (TaskStatus.IN_PROGRESS, TaskEventKind.CANCELLED, TaskStatus.CANCELLED),
    (TaskStatus.ON_HOLD, TaskEventKind.CANCELLED, TaskStatus.CANCELLED),
    (TaskStatus.PENDING_EXTERNAL, TaskEventKind.CANCELLED, TaskStatus.CANCELLED),
    (TaskStatus.COMPLETED, TaskEventKind.REOPENED, TaskStatus.IN_PROGRESS),
]
KINDS = sorted({kind for _, kind, _ in MOVES})
# What moves no status.
NEWS = sorted({TaskEventKind.ASSIGNED, TaskEventKind.UNASSIGNED, TaskEventKind.BREACHED})
CLOSED = {TaskStatus.COMPLETED, TaskStatus.CANCELLED}
RESPONSES = {TaskEventKind.STARTED, TaskEventKind.TRANSITIONED, TaskEventKind.COMPLETED}

ITEM_MOVES = [
    (ItemStatus.NEW, ItemStatus.IN_PROGRESS, ItemStatus.IN_PROGRESS),
    *(
        (before, told, told)
        for before in (ItemStatus.NEW, ItemStatus.IN_PROGRESS)
        for told in (ItemStatus.RESOLVED, ItemStatus.REASSIGNED, ItemStatus.ESCALATED)
    ),
    (ItemStatus.NEW, ItemStatus.BREACHED, ItemStatus.NEW),
    (ItemStatus.IN_PROGRESS, ItemStatus.BREACHED, ItemStatus.IN_PROGRESS),
]

BEGINNING = datetime(2026, 2, 14, 8, tzinfo=UTC)
told_of_tasks = st.lists(st.tuples(st.sampled_from([*KINDS, *NEWS]), st.integers(1, 9)), max_size=40)
told_of_items = st.lists(st.sampled_from(ItemStatus), max_size=20)


def live_task(told: list[tuple[TaskEventKind, int]]) -> Iterator[tuple[TaskStatus, list[TaskEvent]]]:
    """Tell a task one thing after the other, as far as it may happen; yield its status and history."""
    status, at = TaskStatus.PENDING, BEGINNING
    events = [TaskEvent(kind=TaskEventKind.CREATED, to_status=status, to_step_id=1, occurred_at=at)]
    yield status, events
    for minute, (kind, step_id) in enumerate(told, start=1):
        after = None if status in CLOSED and kind in NEWS else status
        if kind in KINDS:
            after = status_after(status, kind)
        if after is None:
            continue
        status, at = after, BEGINNING + timedelta(minutes=minute)
        event = TaskEvent(kind=kind, to_status=status if kind in KINDS else None, occurred_at=at)
        event.to_step_id = step_id if kind is TaskEventKind.TRANSITIONED else None
        events.append(event)
        yield status, events


def live_item(told: list[ItemStatus]) -> Iterator[tuple[ItemStatus, list[TaskItemEvent]]]:
    status = ItemStatus.NEW
    events = [TaskItemEvent(status=status, occurred_at=BEGINNING)]
    yield status, events
    for minute, news in enumerate(told, start=1):
        after = item_status_after(status, news)
        if after is not None:
            status = after
            events.append(TaskItemEvent(status=news, occurred_at=BEGINNING + timedelta(minutes=minute)))
            yield status, events


class TestTaskMoves:
    @pytest.mark.parametrize("status", TaskStatus)
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_task_moves_as_the_contract_says_and_in_no_other_way(
        self, status: TaskStatus, kind: TaskEventKind
    ) -> None:
        expected = {(before, by): after for before, by, after in MOVES}.get((status, kind))
        assert status_after(status, kind) is expected


class TestItemMoves:
    @pytest.mark.parametrize("status", ItemStatus)
    @pytest.mark.parametrize("told", ItemStatus)
    def test_an_item_moves_as_the_contract_says_and_in_no_other_way(
        self, status: ItemStatus, told: ItemStatus
    ) -> None:
        expected = {(before, by): after for before, by, after in ITEM_MOVES}.get((status, told))
        assert item_status_after(status, told) is expected


class TestAnyLifeOfATask:
    @given(told=told_of_tasks)
    def test_is_rebuilt_to_where_its_moves_led(self, told: list[tuple[TaskEventKind, int]]) -> None:
        for status, events in live_task(told):
            entered = [event.to_step_id for event in events if event.to_step_id is not None]
            state = rebuild_task(events)
            assert (state.status, state.current_step_id) == (status, entered[-1])

    @given(told=told_of_tasks)
    def test_has_one_first_response_and_keeps_it(self, told: list[tuple[TaskEventKind, int]]) -> None:
        for _, events in live_task(told):
            responses = [event.occurred_at for event in events if event.kind in RESPONSES]
            assert rebuild_task(events).first_response_at == next(iter(responses), None)

    @given(told=told_of_tasks)
    def test_is_resolved_when_it_was_completed_last_and_only_while_it_is(
        self, told: list[tuple[TaskEventKind, int]]
    ) -> None:
        for status, events in live_task(told):
            resolved = events[-1].occurred_at if status is TaskStatus.COMPLETED else None
            assert rebuild_task(events).resolution_time == resolved

    @given(told=told_of_tasks)
    def test_needs_somebody_while_it_is_open_and_nobody_was_assigned_since_the_step_was_entered(
        self, told: list[tuple[TaskEventKind, int]]
    ) -> None:
        about_hands = {*RESPONSES, *NEWS, TaskEventKind.CREATED, TaskEventKind.REOPENED} - {
            TaskEventKind.STARTED,
            TaskEventKind.BREACHED,
        }
        for status, events in live_task(told):
            newest = next(event.kind for event in reversed(events) if event.kind in about_hands)
            is_vacant = status not in CLOSED and newest is not TaskEventKind.ASSIGNED
            assert rebuild_task(events).needs_assignment is is_vacant


class TestAnyLifeOfAnItem:
    @given(told=told_of_items)
    def test_is_rebuilt_to_where_its_moves_led(self, told: list[ItemStatus]) -> None:
        for status, events in live_item(told):
            last = events[-1].occurred_at
            breaches = [event.occurred_at for event in events if event.status == ItemStatus.BREACHED]
            closed_at = None if status in OPEN_ITEM_STATUSES else last
            assert rebuild_item(events) == ItemState(status, closed_at, next(iter(breaches), None))

    @given(told=told_of_items)
    def test_ends_with_the_task_unless_it_ended_before(self, told: list[ItemStatus]) -> None:
        cancelled_at = BEGINNING + timedelta(days=1)
        for status, events in live_item(told):
            state = rebuild_item(events, cancelled_at=cancelled_at)
            assert state.status is status
            assert state.closed_at == (
                cancelled_at if status in OPEN_ITEM_STATUSES else events[-1].occurred_at
            )
