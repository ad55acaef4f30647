"""Taking tickets in: numbered, stored and handed to the outbox in one transaction."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from api.identity.enums import UserType
from api.identity.principal import Principal
from api.intake import repository
from api.intake.models import OutboxEvent, Ticket
from api.intake.schemas import Employee, TicketCreate, TicketRead
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ForbiddenError, NotFoundError, ValidationFailedError
from api.tickets.enums import TicketStatus

TICKET_CREATED = "ticket.created"


async def create_ticket(session: Session, principal: Principal, body: TicketCreate) -> tuple[TicketRead, int]:
    """Create a ticket, or find the one its source gave us before; the status code tells which."""
    employee = _requester(principal, body.employee)
    now = utc_now()
    ticket = await repository.insert_ticket(
        session,
        {
            **body.model_dump(exclude={"employee", "attachments"}),
            "attachments": [item.model_dump(mode="json") for item in body.attachments],
            "ticket_id": await repository.next_ticket_id(session, now.date()),
            "employee_id": employee.id,
            "employee": employee.model_dump(),
            "status": TicketStatus.NEW,
            "submit_date": now,
        },
    )
    if ticket is None:
        return await _known_ticket(session, principal, body), 200
    event = OutboxEvent(
        event_id=uuid4().hex,
        kind=TICKET_CREATED,
        ticket_id=ticket.ticket_id,
        payload=_payload(ticket, now),
        occurred_at=now,
    )
    event.payload["event_id"] = event.event_id
    session.add(event)
    await session.flush()
    await repository.defer_delivery(session, event.event_id)
    return TicketRead.model_validate(ticket), 201


def _requester(principal: Principal, named: Employee | None) -> Employee:
    """Say whose ticket it is: the caller's own, unless an admin or a service speaks for someone.

    Staff and employees have separate id spaces, so a staff member's own ticket carries their staff id
    only through the identity of their token.
    """
    may_name_others = principal.is_service or principal.is_admin
    if named is not None and may_name_others:
        return named
    if principal.is_service:
        raise ValidationFailedError.of("employee", "A service has to say whose ticket it is: give employee")
    if named is not None and named.id != principal.user_id:
        message = "Only an admin or a service may create a ticket for someone else: leave employee out"
        raise ForbiddenError(message)
    name = principal.full_name or principal.username or f"{principal.user_type} {principal.user_id}"
    return Employee(id=principal.user_id, name=name, email=principal.email)


async def _known_ticket(session: Session, principal: Principal, body: TicketCreate) -> TicketRead:
    ticket = await repository.get_by_origin(session, body.source_service, body.original_ticket_id or "")
    is_own = ticket.employee_id == principal.user_id
    if principal.user_type is UserType.EMPLOYEE and not is_own:
        message = "No ticket of yours came from this source under this original_ticket_id"
        raise NotFoundError(message)
    return TicketRead.model_validate(ticket)


def _payload(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Tell of a ticket as `ticket.created` version 1."""
    return {
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
            "submit_date": ticket.submit_date.isoformat(),
            "requester": ticket.employee,
            "source_service": ticket.source_service,
            "original_ticket_id": ticket.original_ticket_id,
            "attributes": ticket.dynamic_data,
        },
    }
