from fastapi import APIRouter, Request, Response

from api.audit.trail import AuditTrail
from api.identity.auth import AnyStaff, ServiceCall, require_admin
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.metrics import note_event
from api.kit.preconditions import IfMatch
from api.kit.schemas import PathId
from api.tasks import ingestion, transitions
from api.tasks.schemas import IngestResult, TransitionRequest, TransitionResult
from api.tickets.schemas import TicketEventIn

router = APIRouter()


@router.post(
    "/transitions/{task_id}/transition/",
    tags=["transitions"],
    response_model=TransitionResult,
    responses=responses(NotFoundError, ConflictError),
)
async def execute_transition(
    *,
    task_id: PathId,
    body: TransitionRequest,
    request: Request,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Move a task along a transition, or finish it; the caller holds the open item of its step."""
    if body.on_behalf_of_task_item_id is not None:
        await require_admin(request, principal)

    async def execute() -> tuple[TransitionResult, int]:
        result = await transitions.execute_transition(
            session, trail, principal, task_id, body, expected_version=expected_version
        )
        return result, 200

    return await once.answer(execute, version_of=lambda result: result.task.version)


@router.post(
    "/internal/tickets/ingest/",
    tags=["internal"],
    status_code=202,
    responses=responses(ConflictError),
)
async def ingest_ticket(
    request: Request, body: TicketEventIn, session: Session, trail: AuditTrail, _: ServiceCall
) -> IngestResult:
    """Take in a ticket event of the Ticket Service; an event id seen before changes nothing."""
    result = await ingestion.ingest(session, trail, body)
    note_event(request, "ticket_ingested", result.status)
    return result
