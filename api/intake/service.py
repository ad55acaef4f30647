"""Taking tickets in: numbered, stored and handed to the outbox in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from api.identity.principal import Principal
from api.intake import repository
from api.intake.errors import TicketNotFoundError
from api.intake.models import OutboxEvent, Ticket
from api.intake.repository import TicketFilters
from api.intake.requesters import requester_of
from api.intake.schemas import NewTicket, TicketRead
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.logs import current_request_id
from api.kit.pagination import Ordering, Page, PageRequest
from api.tickets.enums import TicketStatus

TICKET_CREATED = "ticket.created"
TICKET_UPDATED = "ticket.updated"
TICKET_CLOSED = "ticket.closed"


async def create_ticket(session: Session, principal: Principal, body: NewTicket) -> tuple[TicketRead, int]:
    """Create a ticket, or find the one its source gave us before; the status code tells which."""
    requester = requester_of(principal, body.employee)
    now = utc_now()
    ticket = await repository.insert_ticket(
        session,
        {
            **body.model_dump(exclude={"employee", "attachments"}),
            "attachments": [item.model_dump(mode="json") for item in body.attachments],
            "ticket_id": await repository.next_ticket_id(session, now.date()),
            "employee_id": requester.id,
            "employee": requester.description,
            "requester_type": requester.kind,
            "status": TicketStatus.NEW,
            "submit_date": now,
        },
    )
    if ticket is None:
        return await _known_ticket(session, principal, body), 200
    await tell(session, ticket, TICKET_CREATED, now)
    return TicketRead.model_validate(ticket), 201


async def _known_ticket(session: Session, principal: Principal, body: NewTicket) -> TicketRead:
    ticket = await repository.get_by_origin(session, body.source_service, body.original_ticket_id or "")
    if not (principal.is_staff or is_requester(principal, ticket)):
        message = "No ticket of yours came from this source under this original_ticket_id"
        raise TicketNotFoundError(message)
    return TicketRead.model_validate(ticket)


def is_requester(principal: Principal, ticket: Ticket) -> bool:
    """Tell whether a ticket is the caller's own: staff and employees have ids of their own spaces."""
    return (ticket.requester_type, ticket.employee_id) == (principal.user_type, principal.user_id)


async def list_tickets(
    session: Session, principal: Principal, filters: TicketFilters, ordering: Ordering, page: PageRequest
) -> Page[TicketRead]:
    """List tickets; an employee sees their own and no others, whatever they ask for."""
    if not principal.is_staff:
        if filters.employee_id not in {None, principal.user_id}:
            return page.envelope(0, [])
        filters = replace(filters, employee_id=principal.user_id, requester_type=principal.user_type)
    count, tickets = await repository.list_tickets(session, filters, ordering, page)
    return page.envelope(count, [TicketRead.model_validate(ticket) for ticket in tickets])


async def get_ticket(session: Session, principal: Principal, reference: int | str) -> TicketRead:
    ticket = await repository.find_ticket(session, reference)
    if ticket is None or not (principal.is_staff or is_requester(principal, ticket)):
        raise TicketNotFoundError
    return TicketRead.model_validate(ticket)


async def tell(session: Session, ticket: Ticket, kind: str, at: datetime) -> None:
    """Put an event of a ticket, version 1, in the outbox with the change it tells of."""
    event_id = uuid4().hex
    session.add(
        OutboxEvent(
            event_id=event_id,
            kind=kind,
            ticket_number=ticket.ticket_id,
            payload=_payload(ticket, event_id, at),
            request_id=current_request_id(),
            occurred_at=at,
        )
    )
    await session.flush()


def _payload(ticket: Ticket, event_id: str, at: datetime) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": at.isoformat(),
        "ticket": {
            "ticket_number": ticket.ticket_id,
            "subject": ticket.subject,
            "description": ticket.description,
            "category": ticket.category,
            "sub_category": ticket.subcategory,
            "department": ticket.department,
            "priority": ticket.priority,
            "status": ticket.status,
            "status_told_at": ticket.status_told_at and ticket.status_told_at.isoformat(),
            "submit_date": ticket.submit_date.isoformat(),
            "requester": {**ticket.employee, "type": ticket.requester_type},
            "source_service": ticket.source_service,
            "original_ticket_id": ticket.original_ticket_id,
            "attributes": ticket.dynamic_data,
        },
    }
