"""Who held a task at which step, one item per stint."""

from collections.abc import Iterator
from datetime import datetime

from api.sla.life import Pause
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind
from sluice.history_import.rows import ItemEventRow, ItemRow
from sluice.history_import.task_track import TaskTrack

ESCALATION = "escalation"


class ItemTrack:
    def __init__(self, task: TaskTrack, item_ids: Iterator[int]) -> None:
        self._task = task
        self._item_ids = item_ids
        self.items: list[ItemRow] = []
        self.events: list[ItemEventRow] = []
        self.open_item: ItemRow | None = None
        # Taken from its holder at the present step and not yet picked up by anyone.
        self._released: ItemRow | None = None

    def assign(
        self,
        membership: int,
        at: datetime,
        *,
        target: datetime | None,
        handover: str | None,
        actor: int | None,
    ) -> None:
        """Give the task's present step to a member; whoever held it hands it over."""
        if self.open_item is not None:
            self.release(at, handover=handover, actor=actor)
        source = self._released
        item = ItemRow(
            next(self._item_ids), self._task.task_id, membership, self._task.step.step_id, at,
            target_resolution=target,
        )  # fmt: skip
        if source is None:
            self._task.note_assignment(TaskEventKind.ASSIGNED, item.task_item_id, at, actor)
        else:
            self._hand_over(source, item, actor)
        self.items.append(item)
        self.open_item, self._released = item, None
        self._note(item, ItemStatus.NEW, at, actor)

    def release(self, at: datetime, *, handover: str | None, actor: int | None) -> None:
        """Take the step from its holder without its being done."""
        item = self.open_item
        status = ItemStatus.ESCALATED if handover == ESCALATION else ItemStatus.REASSIGNED
        self._close(status, at, actor)
        self._released = item

    def begin(self, at: datetime, actor: int | None) -> None:
        item = self.open_item
        if item is not None and item.status == ItemStatus.NEW:
            item.status = ItemStatus.IN_PROGRESS
            item.first_opened_at = at
            self._note(item, ItemStatus.IN_PROGRESS, at, actor)

    def resolve(self, at: datetime, actor: int | None) -> None:
        """The step is done: by its holder, if it has one."""
        if self.open_item is not None:
            self._close(ItemStatus.RESOLVED, at, actor)
        self._released = None

    def abandon(self, at: datetime) -> None:
        """The task was cancelled: what is open is closed, and keeps the status it had."""
        if self.open_item is not None:
            self.open_item.closed_at = at
        self.open_item = self._released = None

    def extend(self, pause: Pause | None) -> None:
        """Give the holder back the working time of a pause, as far as they lived through it."""
        item = self.open_item
        if item is None or item.target_resolution is None or pause is None:
            return
        working_time = self._task.workflow.working_time
        stood = working_time.between(max(pause.since, item.assigned_on), pause.until)
        item.target_resolution = working_time.add(item.target_resolution, stood)

    def _hand_over(self, source: ItemRow, item: ItemRow, actor: int | None) -> None:
        is_escalated = source.status == ItemStatus.ESCALATED
        item.origin = ItemOrigin.ESCALATION if is_escalated else ItemOrigin.TRANSFERRED
        item.from_task_item_id = source.task_item_id
        item.target_resolution = source.target_resolution
        if not is_escalated:
            source.transferred_to_id = item.role_user_id
            source.transferred_by = actor
        kind = TaskEventKind.ESCALATED if is_escalated else TaskEventKind.TRANSFERRED
        self._task.note_assignment(kind, item.task_item_id, item.assigned_on, actor)

    def _close(self, status: ItemStatus, at: datetime, actor: int | None) -> None:
        item = self.open_item
        if item is None:
            return
        item.status = status
        item.acted_on = item.closed_at = at
        self._note(item, status, at, actor)
        self.open_item = None

    def _note(self, item: ItemRow, status: ItemStatus, at: datetime, actor: int | None) -> None:
        self.events.append(ItemEventRow(item.task_item_id, status, actor, at))
