"""What the master of a ticket hears of it: its status, and who owns it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from api.kit.db import Session, write_late
from api.kit.logs import current_request_id
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketNews, TicketSnapshot

STATUS_CHANGED = "ticket.status_changed"
OWNER_CHANGED = "ticket.owner_changed"


def tell_status(
    session: Session,
    snapshot: TicketSnapshot,
    old: TicketStatus,
    *,
    changed_by: int | None,
    at: datetime,
    is_correction: bool = False,
) -> None:
    """Put a ticket's status in the outbox with the change that led to it.

    A correction takes back what the master says: the work has gone where that status cannot follow.
    """
    facts = {"old": old, "new": snapshot.status, "is_correction": is_correction}
    _tell(session, snapshot, STATUS_CHANGED, facts, changed_by=changed_by, at=at)


def tell_owner(
    session: Session,
    snapshot: TicketSnapshot,
    owner: dict[str, Any] | None,
    *,
    task_id: int,
    changed_by: int | None,
    at: datetime,
) -> None:
    """Put a ticket's owner in the outbox.

    Args:
        session: that of the change.
        snapshot: of the ticket.
        owner: `user_id` and `user_full_name`; None when nobody is.
        task_id: the work that they own.
        changed_by: whose doing it is, if anybody's.
        at: when it happened.
    """
    facts = {"owner": owner, "task_id": task_id}
    _tell(session, snapshot, OWNER_CHANGED, facts, changed_by=changed_by, at=at)


def _tell(
    session: Session,
    snapshot: TicketSnapshot,
    kind: str,
    facts: dict[str, Any],
    *,
    changed_by: int | None,
    at: datetime,
) -> None:
    # What a log was imported from is not waiting for an answer.
    if snapshot.last_event_id is None:
        return
    event_id = uuid4().hex
    write_late(
        session,
        TicketNews(
            event_id=event_id,
            kind=kind,
            ticket_number=snapshot.ticket_number,
            payload={
                "event_id": event_id,
                "kind": kind,
                "ticket_number": snapshot.ticket_number,
                "at": at.isoformat(),
                "changed_by": changed_by,
                # The newest word of the master's own that was known here when this was written.
                "status_told_at": snapshot.data.get("status_told_at"),
                **facts,
            },
            request_id=current_request_id(),
            occurred_at=at,
        ),
    )
