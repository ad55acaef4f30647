"""A task's deadlines: set when its clock starts, moved when it is held, resumed or given another priority."""

from datetime import datetime, timedelta

from api.audit.trail import Trail
from api.kit.db import Session
from api.kit.durations import parse_duration
from api.sla import clock
from api.tasks import repository
from api.tasks.enums import SlaSource
from api.tasks.models import Task
from api.workflows import checks
from api.workflows.engine import step_share
from api.workflows.graph import Graph, read_definition
from api.workflows.models import WorkflowVersion


def sla_of(version: WorkflowVersion, priority: str) -> timedelta | None:
    """Read a priority's duration from the frozen version; later edits do not touch running tasks."""
    metadata = version.definition["metadata"]
    slas = {
        field: parse_duration(metadata[field]) if metadata.get(field) else None
        for field in checks.SLA_FIELDS_FASTEST_FIRST
    }
    return clock.duration_for_priority(slas, priority)


def item_target(task: Task, graph: Graph, step_id: int, assigned_on: datetime) -> datetime | None:
    """Give an assignment its step's share of the task's time."""
    return clock.item_target(assigned_on, task.sla, step_share(graph, step_id), task.target_resolution)


def hold(task: Task, at: datetime) -> None:
    """Stop the clock of a task."""
    task.hold_started_at = at


async def resume(session: Session, task: Task, at: datetime) -> None:
    """Let a held task's clock run on: its target, and those of its open items, move by the pause."""
    if task.hold_started_at is None:
        return
    pause = at - task.hold_started_at
    task.hold_started_at = None
    task.hold_seconds += int(pause.total_seconds())
    task.target_resolution = clock.shifted_by_hold(task.target_resolution, pause)
    for item in await repository.list_open_items(session, task.task_id):
        item.target_resolution = clock.shifted_by_hold(item.target_resolution, pause)


async def change_priority(session: Session, trail: Trail, task: Task, priority: str) -> None:
    """Give a task the time of its new priority, counted from the original start."""
    version = await repository.get_version(session, task.workflow_version_id)
    old = task.target_resolution
    task.sla = sla_of(version, priority)
    task.target_resolution = clock.shifted_by_hold(
        clock.task_target(task.sla_started_at, task.sla), timedelta(seconds=task.hold_seconds)
    )
    task.sla_source = SlaSource.POLICY if task.target_resolution else SlaSource.NONE
    task.recorded_sla_met = None
    task.version += 1
    graph = read_definition(version.definition)
    for item in await repository.list_open_items(session, task.task_id):
        item.target_resolution = item_target(task, graph, item.step_id, item.assigned_on)
    change = {"old": _text(old), "new": _text(task.target_resolution)}
    trail.record("update_task", "Task", task.task_id, {"target_resolution": change})
    await session.flush()


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
