"""What the requester of a ticket is told of it."""

from datetime import datetime

from api.identity.enums import UserType
from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.notifications.service import About, notify
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot

_RESOLVED = (NotificationType.TICKET_RESOLVED, "is resolved", "Close it if all is well, reopen it if not.")
_CLOSED = (NotificationType.TICKET_CLOSED, "is closed", "What is new belongs into a new ticket.")
_REOPENED = (NotificationType.TICKET_REOPENED, "is open again", "It is being worked on.")


def tell_requester(session: Session, snapshot: TicketSnapshot, old: TicketStatus, *, at: datetime) -> None:
    """Tell who asked that their ticket was resolved, closed or taken up again."""
    user_id = snapshot.requester.get("id")
    new = TicketStatus(snapshot.status)
    if new is TicketStatus.RESOLVED:
        kind, words, hint = _RESOLVED
    elif new is TicketStatus.CLOSED:
        kind, words, hint = _CLOSED
    elif old is TicketStatus.RESOLVED and new is TicketStatus.IN_PROGRESS:
        kind, words, hint = _REOPENED
    else:
        return
    # A log told this ticket's life, or its source names people in its own way.
    if snapshot.last_event_id is None or not isinstance(user_id, int):
        return
    notify(
        session,
        kind,
        user_id,
        user_type=UserType(snapshot.requester.get("type") or UserType.EMPLOYEE),
        subject=f"{snapshot.ticket_number} {words}: {snapshot.subject}",
        message=f"Your ticket {snapshot.ticket_number}, {snapshot.subject!r}, {words}. {hint}",
        about=About(snapshot.ticket_number, facts={"old": old, "new": new}),
        at=at,
    )
