"""Passing an assignment on to the role that its step escalates to."""

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity.models import RoleUser
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.tasks import announcements, details, repository
from api.tasks.change_schemas import EscalationRequest, EscalationResult
from api.tasks.changes import Change, open_change_of_item
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind
from api.tasks.errors import AlreadyEscalatedError, ItemClosedError
from api.tasks.repository import HeldItem
from api.tasks.transfers import hand_over, require_open_item
from api.workflows.graph import read_definition

_BY_CLOCK = "Escalated by the SLA clock"


async def escalate(
    session: Session,
    trail: Trail,
    principal: Principal,
    request: EscalationRequest,
    *,
    is_admin: bool,
    expected_version: int | None,
) -> EscalationResult:
    """Close an item as escalated, and give its step to the next person of the role above."""
    change, old = await open_change_of_item(
        session, trail, principal, request.task_item_id, request.version, expected_version
    )
    is_own = old.holder.user_id == principal.user_id
    if not is_own:
        await change.require_concern(is_admin=is_admin)
    change.require_open()
    _require_escalable(change, old)
    receiver = await _receiver(change, old)
    note = f"Escalated by user {principal.user_id}: {request.reason}"
    new = await _pass_on(change, old, receiver, note=note, reason=request.reason)
    return EscalationResult(
        task=await details.read_task(session, change.task.task_id, now=change.at),
        original_task_item=await details.read_item(session, old.item.task_item_id),
        new_task_item=await details.read_item(session, new.item.task_item_id),
        message=f"Task escalated from {old.holder.user_full_name} to {receiver.user_full_name}",
    )


async def escalate_by_clock(change: Change, old: HeldItem, escalate_to: int) -> bool:
    """Pass a late step on to the role above as the system; False where nobody there can take it."""
    if old.holder.role_id == escalate_to:
        return False
    receiver = await identity_repository.choose_next_member(
        change.session, escalate_to, other_than=old.holder.user_id
    )
    if receiver is None:
        return False
    await _pass_on(change, old, receiver, note=_BY_CLOCK, reason=_BY_CLOCK)
    return True


async def _pass_on(change: Change, old: HeldItem, receiver: RoleUser, *, note: str, reason: str) -> HeldItem:
    new = await hand_over(
        change, old, receiver, ItemOrigin.ESCALATION, status=ItemStatus.ESCALATED, note=note
    )
    change.tell(TaskEventKind.ESCALATED, task_item_id=new.item.task_item_id, note=reason)
    await announcements.handed_on(
        change.session, change.task, old, new, is_escalation=True, reason=reason, at=change.at
    )
    changes = {
        "reason": reason,
        "from_user": old.holder.user_id,
        "to_user": receiver.user_id,
        "from_role": old.holder.role_id,
        "to_role": receiver.role_id,
        "task_item_id": old.item.task_item_id,
        "new_task_item_id": new.item.task_item_id,
    }
    await change.finish("escalate_task", changes)
    return new


def _require_escalable(change: Change, old: HeldItem) -> None:
    item = old.item
    if item.status == ItemStatus.ESCALATED:
        message = f"Task item {item.task_item_id} was escalated already: its successor can act now"
        raise AlreadyEscalatedError(message)
    require_open_item(item)
    if item.step_id != change.task.current_step_id:
        raise ItemClosedError(f"Task item {item.task_item_id} is not of the task's current step")


async def _receiver(change: Change, old: HeldItem) -> RoleUser:
    """Choose the next member of the role above, as the bound version names it.

    Raises:
        ValidationFailedError: the step names no such role, or nobody else has it.
        AlreadyEscalatedError: the item is held by that role.
    """
    version = await repository.get_version(change.session, change.task.workflow_version_id)
    node = read_definition(version.definition).find_node(old.item.step_id)
    if node is None or node.escalate_to is None:
        message = (
            "the step of this item has no escalate_to role: set one in the workflow, or transfer the item"
        )
        raise ValidationFailedError.of("task_item_id", message)
    if old.holder.role_id == node.escalate_to:
        message = f"Task item {old.item.task_item_id} is held by the role that its step escalates to"
        raise AlreadyEscalatedError(message)
    receiver = await identity_repository.choose_next_member(
        change.session, node.escalate_to, other_than=old.holder.user_id
    )
    if receiver is None:
        message = "nobody else is active in the role that this step escalates to: add a member to it first"
        raise ValidationFailedError.of("task_item_id", message)
    return receiver
