"""Handing an assignment to another person, by an admin."""

from api.audit.trail import Trail
from api.identity.models import RoleUser
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import NotFoundError, ValidationFailedError
from api.tasks import announcements, details, repository, targets
from api.tasks.assignment import give_item
from api.tasks.change_schemas import TransferRequest, TransferResult
from api.tasks.changes import Change, open_change_of_item
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind
from api.tasks.errors import ItemClosedError
from api.tasks.models import TaskItem
from api.tasks.repository import HeldItem
from api.workflows.graph import read_definition


async def transfer(
    session: Session,
    trail: Trail,
    principal: Principal,
    request: TransferRequest,
    *,
    expected_version: int | None,
) -> TransferResult:
    """Close an item as reassigned, and give its step and its target to another active person."""
    change, old = await open_change_of_item(
        session, trail, principal, request.task_item_id, request.version, expected_version
    )
    change.require_open()
    require_open_item(old.item)
    receiver = await _receiver(change, old, request)
    new = await hand_over(
        change, old, receiver, ItemOrigin.TRANSFERRED, status=ItemStatus.REASSIGNED, note=request.notes
    )
    old.item.transferred_to_id = receiver.role_user_id
    old.item.transferred_by = principal.user_id
    note = request.notes or None
    change.tell(TaskEventKind.TRANSFERRED, task_item_id=new.item.task_item_id, note=note)
    await announcements.handed_on(
        session, change.task, old, new, is_escalation=False, reason=request.notes, at=change.at
    )
    changes = {
        "task_item_id": old.item.task_item_id,
        "transferred_from_user": old.holder.user_id,
        "transferred_to_user": receiver.user_id,
        "new_task_item_id": new.item.task_item_id,
        "force_role": request.force_role,
        "notes": request.notes,
    }
    await change.finish("transfer_task", changes)
    return TransferResult(
        original_task_item=await details.read_item(session, old.item.task_item_id),
        new_task_item=await details.read_item(session, new.item.task_item_id),
        message=f"Task transferred from {old.holder.user_full_name} to {receiver.user_full_name}",
        task_id=change.task.task_id,
        version=change.task.version,
    )


def require_open_item(item: TaskItem) -> None:
    if item.closed_at is not None:
        message = f"Task item {item.task_item_id} is {item.status!r}, so nobody holds it any more"
        raise ItemClosedError(message)


async def hand_over(
    change: Change,
    old: HeldItem,
    receiver: RoleUser,
    origin: ItemOrigin,
    *,
    status: ItemStatus,
    note: str,
) -> HeldItem:
    """Close an item and open its successor at the same step, with the time that was left to it."""
    target = await targets.inherited_target(change.session, change.task, old.item, change.at)
    old.item.acted_on = change.at
    old.item.notes = note or old.item.notes
    change.move_item(old.item, status, note or None)
    item = TaskItem(
        origin=origin,
        target_resolution=target,
        handover_note=note,
        from_task_item_id=old.item.task_item_id,
    )
    return await give_item(change.session, item, change.task, receiver, old.item.step_id, at=change.at)


async def _receiver(change: Change, old: HeldItem, request: TransferRequest) -> RoleUser:
    """Choose the membership that takes the item over.

    Raises:
        NotFoundError: the person holds no active role.
        ValidationFailedError: they hold the item already, or not the role of its step.
    """
    user_id = request.new_user_id
    if user_id == old.holder.user_id:
        message = f"user {user_id} holds the item already: name another person"
        raise ValidationFailedError.of("new_user_id", message, code="same_user")
    memberships = await repository.list_active_memberships(change.session, user_id)
    if not memberships:
        message = f"User {user_id} has no active role: name an active member of the step's role"
        raise NotFoundError(message)
    version = await repository.get_version(change.session, change.task.workflow_version_id)
    node = read_definition(version.definition).find_node(old.item.step_id)
    fitting = [member for member in memberships if node is not None and member.role_id == node.role_id]
    if fitting or request.force_role:
        return (fitting or memberships)[0]
    role = node.role_name if node is not None else "of the step"
    message = f"user {user_id} does not have the role {role!r} of the step: name a member, or set force_role"
    raise ValidationFailedError.of("new_user_id", message, code="role_mismatch")
