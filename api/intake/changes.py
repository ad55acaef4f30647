"""What becomes of a ticket after it was taken in: requester and desk change it, each within limits."""

from typing import Any

from api.identity.principal import Principal
from api.intake.errors import TicketWorkedOnError
from api.intake.models import Ticket
from api.intake.schemas import TicketRead, TicketUpdate
from api.intake.service import (
    TICKET_CLOSED,
    TICKET_UPDATED,
    find_visible,
    is_requester,
    show_ticket,
    tell,
)
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ForbiddenError, InvalidStateError, ValidationFailedError
from api.kit.preconditions import check_version
from api.tickets.enums import TicketStatus
from api.tickets.state import may_become

_WRITTEN_BY_REQUESTER = frozenset({"subject", "description", "attachments"})
# Who asked may take the request back, say that it is settled, or that it is not.
_DECIDED_BY_REQUESTER = frozenset({TicketStatus.WITHDRAWN, TicketStatus.CLOSED, TicketStatus.IN_PROGRESS})
SETTLED = frozenset({TicketStatus.REJECTED, TicketStatus.WITHDRAWN, TicketStatus.CLOSED})


async def update_ticket(
    session: Session,
    principal: Principal,
    reference: int | str,
    body: TicketUpdate,
    *,
    decides: bool,
    expected_version: int | None,
) -> TicketRead:
    """Change what the body names; the workflow side is told in the same transaction.

    Args:
        session: that of the request.
        principal: who changes it.
        reference: the ticket's id or number.
        body: what to change, and to what.
        decides: whether the caller is a coordinator or an admin.
        expected_version: the version the caller has seen, if they say so.
    """
    ticket = await find_visible(session, principal, reference, lock=True)
    check_version(ticket.version, body.version, expected_version)
    changes = body.model_dump(exclude_unset=True, exclude={"version"}, mode="json")
    _refuse_empty(changes)
    if not decides:
        _refuse_beyond_requester(principal, ticket, changes)
    if "status" in changes:
        _refuse_impossible(ticket, TicketStatus(changes["status"]), changes)
    changed = {name: value for name, value in changes.items() if getattr(ticket, name) != value}
    if not changed:
        return await show_ticket(session, ticket)
    now = utc_now()
    for name, value in changed.items():
        setattr(ticket, name, value)
    ticket.update_date = now
    ticket.version += 1
    if ticket.status in SETTLED and ticket.time_closed is None:
        ticket.time_closed = now
    if "status" in changed:
        ticket.status_told_at = now
    is_closed = "status" in changed and ticket.status == TicketStatus.CLOSED
    await tell(session, ticket, TICKET_CLOSED if is_closed else TICKET_UPDATED, now)
    await session.refresh(ticket)
    return await show_ticket(session, ticket)


async def delete_ticket(session: Session, principal: Principal, reference: int | str) -> None:
    """Hide a ticket for good. One that somebody may be working on has to be settled first.

    The workflow side hears that a new ticket was withdrawn, in case its work began this very moment.
    """
    ticket = await find_visible(session, principal, reference, lock=True)
    status = TicketStatus(ticket.status)
    now = utc_now()
    if status is TicketStatus.NEW and not ticket.is_task_allocated:
        ticket.status, ticket.status_told_at = TicketStatus.WITHDRAWN, now
    elif status not in SETTLED:
        raise TicketWorkedOnError
    ticket.deleted_at = now
    ticket.version += 1
    await tell(session, ticket, TICKET_UPDATED, now)


def _refuse_empty(changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if value is None and name != "subcategory":
            raise ValidationFailedError.of(name, f"{name} may not be null: leave it out to keep it")


def _refuse_beyond_requester(principal: Principal, ticket: Ticket, changes: dict[str, Any]) -> None:
    if not is_requester(principal, ticket):
        message = "Only its requester, a coordinator or an admin may change a ticket"
        raise ForbiddenError(message)
    beyond = changes.keys() - _WRITTEN_BY_REQUESTER - {"status"}
    if beyond:
        message = f"Only a coordinator or an admin may change {', '.join(sorted(beyond))}"
        raise ForbiddenError(message)
    status = TicketStatus(ticket.status)
    if changes.keys() & _WRITTEN_BY_REQUESTER and status is not TicketStatus.NEW:
        message = f"The ticket is {status} and no longer yours to rewrite: add what is new as a new ticket"
        raise InvalidStateError(message)
    wanted_status = TicketStatus(changes.get("status", status))
    # Told again because the answer was lost, it is so already.
    if wanted_status is status:
        return
    if wanted_status not in _DECIDED_BY_REQUESTER:
        wanted = ", ".join(sorted(_DECIDED_BY_REQUESTER))
        message = f"A requester may set status to {wanted} only, not to {wanted_status}"
        raise ForbiddenError(message)
    if wanted_status is TicketStatus.IN_PROGRESS and status is not TicketStatus.RESOLVED:
        message = f"Only a Resolved ticket can be reopened, and this one is {status}"
        raise InvalidStateError(message)


def _refuse_impossible(ticket: Ticket, wanted: TicketStatus, changes: dict[str, Any]) -> None:
    current = TicketStatus(ticket.status)
    if wanted is not current and not may_become(current, wanted):
        message = f"A ticket that is {current} cannot become {wanted}"
        raise InvalidStateError(message)
    if wanted is TicketStatus.REJECTED and not (changes.get("rejection_reason") or ticket.rejection_reason):
        message = "A rejected ticket needs rejection_reason: say why in one sentence"
        raise ValidationFailedError.of("rejection_reason", message)
