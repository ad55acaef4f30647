"""Taking tickets in: numbered, stored and handed to the outbox in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from api.identity.principal import Principal
from api.intake import file_repository, repository
from api.intake.errors import TicketNotFoundError
from api.intake.models import OutboxEvent, Ticket, UploadedFile
from api.intake.repository import TicketFilters
from api.intake.requesters import requester_of
from api.intake.schemas import AttachedFile, NewTicket, TicketRead
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ForbiddenError, UnavailableError
from api.kit.logs import current_request_id
from api.kit.pagination import Ordering, Page, PageRequest
from api.tickets.enums import TicketStatus

TICKET_CREATED = "ticket.created"
TICKET_UPDATED = "ticket.updated"
TICKET_CLOSED = "ticket.closed"
_NUMBERS_TRIED = 1000
_NUMBERS_TAKEN = "The next thousand ticket numbers of today are all taken: try again"


async def create_ticket(session: Session, principal: Principal, body: NewTicket) -> tuple[TicketRead, int]:
    """Create a ticket, or find the one its source gave us before; the status code tells which."""
    requester = requester_of(principal, body.employee)
    source_service = _source_of(principal, body)
    now = utc_now()
    values = {
        **body.model_dump(exclude={"employee", "attachments"}),
        "attachments": [item.model_dump(mode="json") for item in body.attachments],
        "source_service": source_service,
        "employee_id": requester.id,
        "employee": requester.description,
        "requester_type": requester.kind,
        "status": TicketStatus.NEW,
        "submit_date": now,
    }
    for _ in range(_NUMBERS_TRIED):
        ticket = await repository.insert_ticket(session, values, now.date())
        if ticket is not None:
            await tell(session, ticket, TICKET_CREATED, now)
            return TicketRead.model_validate(ticket), 201
        known = await repository.find_by_origin(session, source_service, body.original_ticket_id)
        if known is not None:
            return await _show_known(session, principal, known), 200
        # The number was taken: the sequence has gone round, or was set back, within a day.
    raise UnavailableError(_NUMBERS_TAKEN)


def _source_of(principal: Principal, body: NewTicket) -> str:
    """Say where a ticket comes from: a key that is good for one source speaks for no other."""
    own = principal.source_service
    if own is None:
        return body.source_service
    if "source_service" in body.model_fields_set and body.source_service != own:
        message = f"This key sends tickets of {own!r}, and source_service is {body.source_service!r}: "
        message += f"give {own!r}"
        raise ForbiddenError(message)
    return own


async def _show_known(session: Session, principal: Principal, ticket: Ticket) -> TicketRead:
    if not (principal.is_staff or is_requester(principal, ticket)):
        message = "No ticket of yours came from this source under this original_ticket_id"
        raise TicketNotFoundError(message)
    return await show_ticket(session, ticket)


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
    return page.envelope(count, await show_tickets(session, tickets))


async def get_ticket(session: Session, principal: Principal, reference: int | str) -> TicketRead:
    return await show_ticket(session, await find_visible(session, principal, reference))


async def find_visible(
    session: Session, principal: Principal, reference: int | str, *, lock: bool = False
) -> Ticket:
    """Find a ticket that is not deleted and that the caller may see."""
    ticket = await repository.find_ticket(session, reference, lock=lock)
    if ticket is None or not (principal.is_staff or is_requester(principal, ticket)):
        raise TicketNotFoundError
    return ticket


async def show_tickets(session: Session, tickets: Sequence[Ticket]) -> list[TicketRead]:
    """Render tickets with the files kept with them, which one statement finds for all."""
    kept = await file_repository.files_of(session, [ticket.id for ticket in tickets])
    shown = []
    for ticket in tickets:
        read = TicketRead.model_validate(ticket)
        read.attachments.extend(show_file(ticket, file) for file in kept[ticket.id])
        shown.append(read)
    return shown


async def show_ticket(session: Session, ticket: Ticket) -> TicketRead:
    return (await show_tickets(session, [ticket]))[0]


def show_file(ticket: Ticket, file: UploadedFile) -> AttachedFile:
    return AttachedFile(
        id=file.uploaded_file_id,
        file=f"/tickets/{ticket.ticket_id}/attachments/{file.uploaded_file_id}/",
        file_name=file.file_name,
        file_type=file.file_type,
        file_size=file.file_size,
        upload_date=file.upload_date,
    )


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
