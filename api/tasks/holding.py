"""Putting a task on hold, and resuming it."""

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import InvalidStateError
from api.notifications.enums import NotificationType
from api.tasks import announcements, targets
from api.tasks.change_schemas import HoldRequest, HoldResult
from api.tasks.changes import Change, open_change
from api.tasks.enums import TaskEventKind, TaskStatus
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot


async def toggle(
    session: Session,
    trail: Trail,
    principal: Principal,
    task_id: int,
    request: HoldRequest,
    *,
    is_admin: bool,
    expected_version: int | None,
) -> HoldResult:
    """Hold a task that runs, resume one that is held; its SLA clock stands meanwhile."""
    change = await open_change(session, trail, principal, task_id, request.version, expected_version)
    await change.require_concern(is_admin=is_admin)
    change.require_open()
    before = change.status
    if before is TaskStatus.ON_HOLD:
        snapshot = await resume(change, request.notes)
        message = "Task resumed"
    else:
        snapshot = await hold(change, request.notes)
        message = "Task put on hold"
    changes = {"status": {"old": before, "new": change.status}, "notes": request.notes}
    await change.finish("toggle_hold", changes)
    return HoldResult(
        success=True,
        new_status=change.status,
        previous_status=before,
        ticket_number=snapshot.ticket_number,
        message=message,
        task_id=task_id,
        version=change.task.version,
    )


async def hold(change: Change, note: str) -> TicketSnapshot:
    if not change.can(TaskEventKind.HELD):
        message = f"A task that is {change.status.value!r} waits already and cannot be put on hold"
        raise InvalidStateError(message)
    change.move(TaskEventKind.HELD, note=note or None)
    targets.hold(change.task, change.at)
    snapshot = await change.move_ticket(TicketStatus.ON_HOLD)
    await _announce(change, "is on hold", note)
    return snapshot


async def resume(change: Change, note: str) -> TicketSnapshot:
    await targets.resume(change.session, change.task, change.at)
    change.move(TaskEventKind.RESUMED, note=note or None)
    snapshot = await change.move_ticket(TicketStatus.IN_PROGRESS)
    await _announce(change, "is resumed", note)
    return snapshot


async def _announce(change: Change, words: str, note: str) -> None:
    kind = NotificationType.TASK_STATUS_UPDATE
    await announcements.told_of(
        change.session,
        change.task,
        kind,
        words,
        holders=change.open_items,
        reason=note,
        told_by=change.actor,
        at=change.at,
    )
