"""A task's status and step as its log moves them, each move an event."""

from datetime import datetime

from api.sla.life import Pause
from api.tasks.enums import TaskEventKind, TaskStatus
from sluice.history_import.catalogue import StepRef, WorkflowRef
from sluice.history_import.rows import TaskEventRow

ENDED = frozenset({TaskStatus.COMPLETED, TaskStatus.CANCELLED})
_WORKED_ON = frozenset({TaskStatus.PENDING, TaskStatus.IN_PROGRESS})
# A first answer is an act of the desk's: beginning, moving on, finishing.
_RESPONSES = frozenset({TaskEventKind.STARTED, TaskEventKind.TRANSITIONED, TaskEventKind.COMPLETED})
_KIND_OF = {
    TaskStatus.IN_PROGRESS: TaskEventKind.STARTED,
    TaskStatus.ON_HOLD: TaskEventKind.HELD,
    TaskStatus.COMPLETED: TaskEventKind.COMPLETED,
    TaskStatus.CANCELLED: TaskEventKind.CANCELLED,
}


class TaskTrack:
    """Walks the task state machine: where a log jumps, the states between are passed at that instant."""

    def __init__(
        self, task_id: int, workflow: WorkflowRef, first_step: StepRef, created_at: datetime
    ) -> None:
        self.task_id = task_id
        self.workflow = workflow
        self.step = first_step
        self.status = TaskStatus.PENDING
        self.hold_started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.pauses: list[Pause] = []
        self.first_response_at: datetime | None = None
        self.events = [
            TaskEventRow(
                task_id, TaskEventKind.CREATED, None, first_step.step_id, None, None, TaskStatus.PENDING,
                None, None, created_at,
            )
        ]  # fmt: skip

    def enter(self, step: StepRef, at: datetime, actor: int | None) -> None:
        transition = self.workflow.transitions.get((self.step.step_id, step.step_id))
        self._record(TaskEventKind.TRANSITIONED, at, actor, to_step_id=step.step_id, transition_id=transition)
        self.step = step

    def become(self, wanted: TaskStatus, at: datetime, actor: int | None) -> Pause | None:
        """Move to the wanted status; returns the pause of the SLA clock that this ended."""
        if wanted == self.status:
            return None
        pause = self._run_on(at)
        if self.status in ENDED:
            self._move(TaskEventKind.REOPENED, TaskStatus.IN_PROGRESS, at, actor)
        elif pause is not None:
            self._move(TaskEventKind.RESUMED, TaskStatus.IN_PROGRESS, at, actor)
        # Work once begun cannot become unbegun, so a log's way back to "new" is not followed.
        if wanted == self.status or (wanted in _WORKED_ON and self.status == TaskStatus.IN_PROGRESS):
            return pause
        self._move(_KIND_OF[wanted], wanted, at, actor)
        if wanted == TaskStatus.ON_HOLD:
            self.hold_started_at = at
        elif wanted in ENDED:
            self.ended_at = at
        return pause

    def _run_on(self, at: datetime) -> Pause | None:
        """Let the SLA clock run on, if it stands: it does while a task is on hold, and once it is over."""
        stood_since = self.hold_started_at or self.ended_at
        self.hold_started_at = self.ended_at = None
        if stood_since is None:
            return None
        self.pauses.append(Pause(stood_since, at))
        return self.pauses[-1]

    def note_assignment(self, kind: TaskEventKind, item_id: int, at: datetime, actor: int | None) -> None:
        self._record(kind, at, actor, task_item_id=item_id)

    def _move(self, kind: TaskEventKind, status: TaskStatus, at: datetime, actor: int | None) -> None:
        self._record(kind, at, actor, to_status=status)
        self.status = status

    def _record(
        self,
        kind: TaskEventKind,
        at: datetime,
        actor: int | None,
        *,
        to_step_id: int | None = None,
        transition_id: int | None = None,
        to_status: TaskStatus | None = None,
        task_item_id: int | None = None,
    ) -> None:
        self.events.append(
            TaskEventRow(
                self.task_id, kind, self.step.step_id, to_step_id or self.step.step_id, transition_id,
                self.status, to_status or self.status, task_item_id, actor, at,
            )
        )  # fmt: skip
        if self.first_response_at is None and kind in _RESPONSES:
            self.first_response_at = at
