from fastapi import APIRouter, Response

from api.identity.auth import PersonOrService
from api.intake import service
from api.intake.schemas import TicketCreate, TicketRead
from api.kit.db import Session
from api.kit.errors import IdempotencyConflictError, responses
from api.kit.idempotency import OnceOnly

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.post(
    "/",
    status_code=201,
    response_model=TicketRead,
    responses={
        **responses(IdempotencyConflictError),
        200: {"model": TicketRead, "description": "The source gave us this ticket before"},
    },
)
async def create_ticket(
    body: TicketCreate, session: Session, principal: PersonOrService, once: OnceOnly
) -> Response:
    """Take a ticket in; its workflow starts as soon as the event is delivered."""
    return await once.answer(lambda: service.create_ticket(session, principal, body))
