"""Endpoints that make, change and hand on tasks; moving one along is in `endpoints`."""

from fastapi import APIRouter, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import PathId
from api.tasks import allocation, available, edits, escalations, holding, starting, transfers
from api.tasks.auth import IsAdmin
from api.tasks.change_schemas import (
    AvailableTransitions,
    EscalationRequest,
    EscalationResult,
    HoldRequest,
    HoldResult,
    ItemStatusUpdate,
    TaskCreate,
    TaskUpdate,
    TicketAllocation,
    TransferRequest,
    TransferResult,
)
from api.tasks.read_schemas import AssignmentRow, TaskRead

router = APIRouter()
_REFUSALS = responses(NotFoundError, ConflictError)


@router.post("/tasks/", tags=["tasks"], status_code=201, response_model=TaskRead, responses=_REFUSALS)
async def create_task(
    *, body: TaskCreate, session: Session, trail: AuditTrail, _: Admin, once: OnceOnly
) -> Response:
    """Start an initialized workflow for a ticket that has no open task."""

    async def create() -> tuple[TaskRead, int]:
        return await allocation.create_by_hand(session, trail, body), 201

    return await once.answer(create, version_of=lambda task: task.version)


@router.post(
    "/tickets/assign-task/", tags=["tickets"], status_code=201, response_model=TaskRead, responses=_REFUSALS
)
async def assign_ticket(
    *, body: TicketAllocation, session: Session, trail: AuditTrail, _: Admin, once: OnceOnly
) -> Response:
    """Give a ticket that no workflow took to an initialized one."""

    async def assign() -> tuple[TaskRead, int]:
        return await allocation.allocate(session, trail, body), 201

    return await once.answer(assign, version_of=lambda task: task.version)


@router.put("/tasks/{task_id}/", tags=["tasks"], responses=_REFUSALS)
async def update_task(
    *,
    task_id: PathId,
    body: TaskUpdate,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    is_admin: IsAdmin,
    expected_version: IfMatch,
    response: Response,
) -> TaskRead:
    """Hold or resume a task (its assignee, its owner, ADMIN); cancel it or change its owner (ADMIN)."""
    task = await edits.update_task(
        session, trail, principal, task_id, body, is_admin=is_admin, expected_version=expected_version
    )
    set_etag(response, task.version)
    return task


@router.delete("/tasks/{task_id}/", tags=["tasks"], status_code=204, responses=_REFUSALS)
async def delete_task(
    *, task_id: PathId, session: Session, trail: AuditTrail, principal: Admin, expected_version: IfMatch
) -> None:
    """Take a task away; its ticket waits unassigned again. A completed one stays."""
    await edits.delete_task(session, trail, principal, task_id, expected_version=expected_version)


@router.post("/tasks/transfer/", tags=["tasks"], response_model=TransferResult, responses=_REFUSALS)
async def transfer_task(
    *,
    body: TransferRequest,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Hand an open assignment to another active member of the role of its step."""

    async def transfer() -> tuple[TransferResult, int]:
        return await transfers.transfer(
            session, trail, principal, body, expected_version=expected_version
        ), 200

    return await once.answer(transfer, version_of=lambda result: result.version)


@router.post("/tasks/escalate/", tags=["tasks"], response_model=EscalationResult, responses=_REFUSALS)
async def escalate_task(
    *,
    body: EscalationRequest,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    is_admin: IsAdmin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Pass an open assignment on to the role above; its holder, the task's owner and ADMIN may."""

    async def escalate() -> tuple[EscalationResult, int]:
        return await escalations.escalate(
            session, trail, principal, body, is_admin=is_admin, expected_version=expected_version
        ), 200

    return await once.answer(escalate, version_of=lambda result: result.task.version)


@router.post(
    "/tasks/{task_id}/update-user-status/",
    tags=["tasks"],
    response_model=AssignmentRow,
    responses=_REFUSALS,
)
async def update_user_status(
    *,
    task_id: PathId,
    body: ItemStatusUpdate,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Note that the caller has begun to work on the task's current step."""

    async def update() -> tuple[AssignmentRow, int]:
        return await starting.update_item_status(
            session, trail, principal, task_id, body, expected_version=expected_version
        ), 200

    return await once.answer(update, version_of=lambda row: row.task_version)


@router.post("/tasks/{task_id}/toggle-hold/", tags=["tasks"], response_model=HoldResult, responses=_REFUSALS)
async def toggle_hold(
    *,
    task_id: PathId,
    body: HoldRequest,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    is_admin: IsAdmin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Put a task on hold, or resume it; its SLA clock stands meanwhile."""

    async def toggle() -> tuple[HoldResult, int]:
        return await holding.toggle(
            session, trail, principal, task_id, body, is_admin=is_admin, expected_version=expected_version
        ), 200

    return await once.answer(toggle, version_of=lambda result: result.version)


@router.get("/tasks/{task_id}/available-transitions/", tags=["tasks"], responses=responses(NotFoundError))
async def list_available_transitions(
    *, task_id: PathId, session: Session, principal: AnyStaff, response: Response
) -> AvailableTransitions:
    """Tell whether it is the caller's turn, and where the current step leads in the task's own version."""
    found = await available.list_available(session, principal, task_id)
    set_etag(response, found.version)
    return found
