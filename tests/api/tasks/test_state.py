import pytest

from api.tasks.enums import TaskEventKind, TaskStatus
from api.tasks.state import status_after

MOVES = [
    (TaskStatus.PENDING, TaskEventKind.STARTED, TaskStatus.IN_PROGRESS),
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
]
KINDS = sorted({kind for _, kind, _ in MOVES})


@pytest.mark.parametrize("status", TaskStatus)
@pytest.mark.parametrize("kind", KINDS)
def test_a_task_moves_as_the_contract_says_and_in_no_other_way(
    status: TaskStatus, kind: TaskEventKind
) -> None:
    expected = {(before, by): after for before, by, after in MOVES}.get((status, kind))
    assert status_after(status, kind) is expected
