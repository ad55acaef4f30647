"""Ending a task in other ways than its last step, and taking it up again."""

from api.notifications.enums import NotificationType
from api.tasks import announcements, assignment, crossings, repository, targets
from api.tasks.changes import Change
from api.tasks.enums import ItemStatus, TaskEventKind
from api.workflows.graph import read_definition


async def cancel(change: Change, note: str | None) -> None:
    """Cancel a task. Items have no status for that, so theirs stays as it was when they were closed."""
    await targets.resume(change.session, change.task, change.at)
    holders = change.open_items
    change.move(TaskEventKind.CANCELLED, note=note)
    change.task.needs_assignment = False
    for held in holders:
        held.item.closed_at = change.at
    await announcements.told_of(
        change.session,
        change.task,
        NotificationType.TASK_STATUS_UPDATE,
        "is cancelled",
        holders=holders,
        reason=note or "",
        told_by=change.actor,
        at=change.at,
    )


async def complete(change: Change, note: str) -> None:
    """Complete a task where it stands, because its ticket is closed."""
    task = change.task
    if task.hold_started_at is not None:
        await targets.resume(change.session, task, change.at)
        change.move(TaskEventKind.RESUMED)
    await crossings.notice_late_end(change)
    holders = change.open_items
    for held in holders:
        change.move_item(held.item, ItemStatus.RESOLVED, note)
    change.move(TaskEventKind.COMPLETED, to_step_id=task.current_step_id, note=note)
    task.first_response_at = task.first_response_at or change.at
    task.resolution_time = change.at
    task.completed_by = change.actor
    task.needs_assignment = False
    await announcements.told_of(
        change.session,
        task,
        NotificationType.TASK_COMPLETED,
        "is done",
        holders=holders,
        reason=note,
        told_by=change.actor,
        at=change.at,
    )


async def reopen(change: Change, note: str) -> None:
    """Take up a completed task again at its last step, with who held that last if they still may."""
    task, session = change.task, change.session
    await targets.reopen(session, task, change.at)
    change.move(TaskEventKind.REOPENED, to_step_id=task.current_step_id, note=note)
    task.resolution_time = task.completed_by = None
    await targets.follow_priority(session, change.trail, task)
    version = await repository.get_version(session, task.workflow_version_id)
    graph = read_definition(version.definition)
    node = graph.find_node(task.current_step_id)
    if node is None:
        task.needs_assignment = True
        return
    member = await repository.find_last_holder(session, task.task_id, node.step_id)
    await assignment.assign_step(session, task, graph, node, at=change.at, member=member)
