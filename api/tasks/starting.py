"""Beginning to work on an assignment."""

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.tasks import assignments
from api.tasks.change_schemas import ItemStatusUpdate
from api.tasks.changes import open_change
from api.tasks.enums import ItemStatus, TaskEventKind
from api.tasks.errors import ItemClosedError, NotAssigneeError
from api.tasks.read_schemas import AssignmentRow
from api.tickets.enums import TicketStatus

_WAYS_ELSEWHERE = {
    ItemStatus.NEW: "an item is new only when it is assigned",
    ItemStatus.RESOLVED: "an item is resolved by POST /transitions/{task_id}/transition/",
    ItemStatus.REASSIGNED: "an item is reassigned by POST /tasks/transfer/",
    ItemStatus.ESCALATED: "an item is escalated by POST /tasks/escalate/",
    ItemStatus.BREACHED: "a breach is noted by the SLA clock",
}


async def update_item_status(
    session: Session,
    trail: Trail,
    principal: Principal,
    task_id: int,
    request: ItemStatusUpdate,
    *,
    expected_version: int | None,
) -> AssignmentRow:
    """Note that the caller has begun to work on the current step; said again it changes nothing."""
    if request.status is not ItemStatus.IN_PROGRESS:
        way = _WAYS_ELSEWHERE[request.status]
        raise ValidationFailedError.of("status", f"only 'in progress' can be given here: {way}")
    change = await open_change(session, trail, principal, task_id, request.version, expected_version)
    if not change.own_items:
        raise NotAssigneeError
    change.require_workable()
    item = change.item_in_hand()
    if item is None:
        newest = change.own_items[-1].item
        message = f"Your task item {newest.task_item_id} is {newest.status!r}: the step is not yours any more"
        raise ItemClosedError(message)
    if item.status != ItemStatus.IN_PROGRESS:
        change.move_item(item, ItemStatus.IN_PROGRESS)
        change.move(TaskEventKind.STARTED, task_item_id=item.task_item_id)
        change.task.first_response_at = change.task.first_response_at or change.at
        await change.move_ticket(TicketStatus.IN_PROGRESS)
        status = {"old": ItemStatus.NEW, "new": ItemStatus.IN_PROGRESS}
        await change.finish("update_task", {"task_item_id": item.task_item_id, "item_status": status})
    return await assignments.read_assignment(session, item.task_item_id, now=change.at)
