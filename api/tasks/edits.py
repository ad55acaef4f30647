"""Overwriting the few things of a task that may be overwritten, and deleting it."""

from typing import Any

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import ForbiddenError, InvalidStateError, ValidationFailedError
from api.tasks import closing, details, holding, repository
from api.tasks.allocation import require_coordinator
from api.tasks.change_schemas import TaskUpdate
from api.tasks.changes import Change, open_change
from api.tasks.enums import OPEN_TASK_STATUSES, TaskStatus
from api.tasks.ownership import give_to
from api.tasks.read_schemas import TaskRead
from api.tickets import repository as ticket_repository

_STEP = "a task moves by POST /transitions/{task_id}/transition/"
_WAYS_ELSEWHERE = {
    "current_step": _STEP,
    "current_step_id": _STEP,
    "ticket_owner": "give the coordinator's user id as ticket_owner_id",
    "assigned_users": "an assignment is handed on by POST /tasks/transfer/ or POST /tasks/escalate/",
    "workflow_id": "a task keeps its workflow: delete it and create another by POST /tasks/",
    "priority": "the priority comes with the ticket",
    "ticket_priority": "the priority comes with the ticket",
    "target_resolution": "the target follows from the workflow's SLA and the ticket's priority",
}
_STATUSES_ELSEWHERE = {
    TaskStatus.PENDING: "a task is pending only when it is created",
    TaskStatus.COMPLETED: "a task is completed by POST /transitions/{task_id}/transition/ at its last step",
    TaskStatus.PENDING_EXTERNAL: "this status is reserved",
}


async def update_task(
    session: Session,
    trail: Trail,
    principal: Principal,
    task_id: int,
    request: TaskUpdate,
    *,
    is_admin: bool,
    expected_version: int | None,
) -> TaskRead:
    """Hold, resume or cancel a task, or give it another owner; what is so already is left as it is."""
    _check_fields(request)
    if not is_admin and (request.status is TaskStatus.CANCELLED or request.ticket_owner_id is not None):
        message = "Only an admin may cancel a task or change its owner"
        raise ForbiddenError(message)
    change = await open_change(session, trail, principal, task_id, request.version, expected_version)
    await change.require_concern(is_admin=is_admin)
    change.require_open()
    changes: dict[str, Any] = {}
    if request.ticket_owner_id is not None:
        owner = await require_coordinator(session, "ticket_owner_id", request.ticket_owner_id)
        changes |= await give_to(change, owner, request.notes or None)
    if request.status is not None and request.status is not change.status:
        changes["status"] = {"old": change.status, "new": request.status}
        await _move(change, request)
    if changes:
        noted = {"reason": request.reason, "notes": request.notes or None}
        await change.finish("update_task", changes | {name: text for name, text in noted.items() if text})
    return await details.read_task(session, task_id, now=change.at)


def _check_fields(request: TaskUpdate) -> None:
    """Refuse what can be told wrong without looking at the task.

    Raises:
        ValidationFailedError: a field or a status has its own endpoint, or nothing is to be changed.
    """
    problems = {
        name: [f"{name} cannot be written here: {_WAYS_ELSEWHERE.get(name, 'leave it out')}"]
        for name in request.model_extra or {}
    }
    if request.status in _STATUSES_ELSEWHERE:
        problems["status"] = [f"give 'on_hold', 'in progress' or 'cancelled': {_elsewhere(request.status)}"]
    if request.status is TaskStatus.CANCELLED and request.reason is None:
        problems["reason"] = ["give the reason why the task is cancelled"]
    if not problems and request.status is None and request.ticket_owner_id is None:
        problems["status"] = ["nothing is to be changed: give status or ticket_owner_id"]
    if problems:
        raise ValidationFailedError(details=problems)


def _elsewhere(status: TaskStatus | None) -> str:
    return "" if status is None else _STATUSES_ELSEWHERE[status]


async def _move(change: Change, request: TaskUpdate) -> None:
    if request.status is TaskStatus.CANCELLED:
        await closing.cancel(change, request.reason)
    elif request.status is TaskStatus.ON_HOLD:
        await holding.hold(change, request.notes)
    elif change.status is TaskStatus.ON_HOLD:
        await holding.resume(change, request.notes)
    else:
        message = (
            f"A task that is {change.status.value!r} is begun by its assignee: "
            "POST /tasks/{task_id}/update-user-status/"
        )
        raise InvalidStateError(message)


async def delete_task(
    session: Session, trail: Trail, principal: Principal, task_id: int, *, expected_version: int | None
) -> None:
    """Take a task away and free its ticket for another; its history stays.

    Raises:
        InvalidStateError: it is completed, which the figures count.
    """
    change = await open_change(session, trail, principal, task_id, expected_version)
    task, old = change.task, change.status
    if old is TaskStatus.COMPLETED:
        message = "The task is completed and counts as done work: it cannot be deleted"
        raise InvalidStateError(message)
    if old in OPEN_TASK_STATUSES:
        await closing.cancel(change, "Deleted")
    task.deleted_at = change.at
    snapshot = await ticket_repository.lock_snapshot(session, task.ticket_id)
    await session.flush()
    newest = await repository.find_newest_task_id(session, task.ticket_id)
    snapshot.is_task_allocated = newest is not None
    changes = {"status": {"old": old, "new": task.status}, "ticket_number": snapshot.ticket_number}
    await change.finish("delete_task", changes)
