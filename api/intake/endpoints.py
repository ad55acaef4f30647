from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, Field, StringConstraints

from api.identity.auth import Admin, AnyPerson, Sender, ServiceCall, require_coordinator
from api.intake import changes, news, service
from api.intake.errors import TicketNotFoundError
from api.intake.news import Heard, TicketNewsIn
from api.intake.repository import TicketFilters
from api.intake.schemas import (
    ExternalTicket,
    SentTicket,
    TicketCreate,
    TicketRead,
    TicketUpdate,
)
from api.kit.dates import DaysQuery
from api.kit.db import Session
from api.kit.errors import ConflictError, ForbiddenError, IdempotencyConflictError, responses
from api.kit.idempotency import OnceOnly
from api.kit.metrics import note_event
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import FilterText, QueryId
from api.tickets.enums import Priority, TicketStatus
from api.tickets.priorities import read_priority

router = APIRouter(tags=["tickets"])
# Who may hand tickets over, besides people.
_SENDERS: dict[str, Any] = {"security": [{name: []} for name in ("bearer", "cookie", "service", "api_key")]}
internal_router = APIRouter(tags=["internal"])
_ORDERINGS = ("created_at", "updated_at", "priority", "status", "subject")


def _reference(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _priority_or_none(value: object) -> Priority | None:
    return None if value is None else read_priority(value)


TicketReference = Annotated[
    Annotated[int, Field(ge=1, lt=2**63)] | Annotated[str, StringConstraints(pattern=r"^TX\d{14}$")],
    BeforeValidator(_reference),
]
PriorityFilter = Annotated[Priority | None, BeforeValidator(_priority_or_none)]


async def decides(request: Request, principal: AnyPerson) -> bool:
    """Tell whether the caller is a coordinator or an admin; anybody may ask for less."""
    if not principal.coordinator_roles | principal.admin_roles:
        return False
    try:
        await require_coordinator(request, principal)
    except ForbiddenError:
        return False
    return True


MayDecide = Annotated[bool, Depends(decides)]


@router.get("/tickets/", responses=responses(TicketNotFoundError))
async def list_tickets(
    *,
    session: Session,
    principal: AnyPerson,
    page: PageQuery,
    days: DaysQuery,
    status: TicketStatus | None = None,
    priority: PriorityFilter = None,
    category: FilterText = None,
    subcategory: FilterText = None,
    department: FilterText = None,
    employee_id: QueryId | None = None,
    source_service: FilterText = None,
    search: FilterText = None,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(_ORDERINGS)}; -field")] = None,
) -> Page[TicketRead]:
    """List tickets, the newest first; an employee sees their own."""
    filters = TicketFilters(
        status=status,
        priority=priority,
        category=category,
        subcategory=subcategory,
        department=department,
        source_service=source_service,
        employee_id=employee_id,
        search=(search or "").strip() or None,
        created=days,
    )
    order = read_ordering(ordering, allowed=_ORDERINGS, default="-created_at")
    return await service.list_tickets(session, principal, filters, order, page)


@router.post(
    "/tickets/",
    status_code=201,
    response_model=TicketRead,
    responses={
        **responses(IdempotencyConflictError),
        200: {"model": TicketRead, "description": "The source gave us this ticket before"},
    },
    openapi_extra=_SENDERS,
)
async def create_ticket(body: TicketCreate, session: Session, principal: Sender, once: OnceOnly) -> Response:
    """Take a ticket in; its workflow starts as soon as the event is delivered."""
    return await once.answer(lambda: service.create_ticket(session, principal, body))


@router.get("/tickets/{ticket}/", responses=responses(TicketNotFoundError))
async def get_ticket(
    ticket: TicketReference, session: Session, principal: AnyPerson, response: Response
) -> TicketRead:
    """Show one ticket, by its id or its number."""
    read = await service.get_ticket(session, principal, ticket)
    set_etag(response, read.version)
    return read


@router.put("/tickets/{ticket}/", responses=responses(TicketNotFoundError, ConflictError))
async def update_ticket(
    *,
    ticket: TicketReference,
    body: TicketUpdate,
    session: Session,
    principal: AnyPerson,
    may_decide: MayDecide,
    expected_version: IfMatch,
    response: Response,
) -> TicketRead:
    """Change a ticket: its requester while it is new, or to withdraw, close or reopen it; else the desk."""
    read = await changes.update_ticket(
        session, principal, ticket, body, decides=may_decide, expected_version=expected_version
    )
    set_etag(response, read.version)
    return read


@router.delete("/tickets/{ticket}/", status_code=204, responses=responses(TicketNotFoundError, ConflictError))
async def delete_ticket(ticket: TicketReference, session: Session, principal: Admin) -> None:
    """Hide a ticket that nobody works on; its number is never given out again."""
    await changes.delete_ticket(session, principal, ticket)


@router.post(
    "/send/",
    status_code=201,
    response_model=SentTicket,
    responses={
        **responses(IdempotencyConflictError),
        200: {"model": SentTicket, "description": "The source gave us this ticket before"},
    },
    openapi_extra=_SENDERS,
)
async def send_ticket(body: ExternalTicket, session: Session, principal: Sender, once: OnceOnly) -> Response:
    """Take a ticket in from another system; `original_ticket_id` makes a repeat harmless."""

    async def take_in() -> tuple[SentTicket, int]:
        ticket, status_code = await service.create_ticket(session, principal, body)
        return SentTicket(id=ticket.id, ticket_id=ticket.ticket_id, status=ticket.status), status_code

    return await once.answer(take_in)


@internal_router.post("/internal/tickets/news/", status_code=202, responses=responses())
async def hear_news(request: Request, body: TicketNewsIn, session: Session, _: ServiceCall) -> Heard:
    """Take in what the Workflow API tells of a ticket; an event id seen before changes nothing."""
    heard = await news.hear(session, body)
    note_event(request, "news_heard", heard.status)
    return heard
