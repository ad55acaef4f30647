"""The workflow side's copy of tickets: taken in, kept up to date, their status moved with the work."""

from datetime import datetime
from typing import Any

from api.kit.db import Session
from api.tickets import news, notices, repository
from api.tickets.enums import TicketEventKind, TicketStatus
from api.tickets.models import TicketEvent, TicketSnapshot
from api.tickets.schemas import IncomingTicket, TicketEventIn
from api.tickets.state import path_to

_TRACKED = {
    "priority": TicketEventKind.PRIORITY_CHANGED,
    "category": TicketEventKind.CATEGORY_CHANGED,
    "sub_category": TicketEventKind.SUB_CATEGORY_CHANGED,
    "department": TicketEventKind.DEPARTMENT_CHANGED,
}
_COPIED = ("subject", "description", *_TRACKED)


async def insert_snapshot(session: Session, event: TicketEventIn) -> TicketSnapshot | None:
    """Take in a ticket never seen before; None when its number is known."""
    ticket = event.ticket
    snapshot = await repository.insert_snapshot(
        session,
        {
            **{name: getattr(ticket, name) for name in _COPIED},
            "ticket_number": ticket.ticket_number,
            "source_service": ticket.source_service,
            "original_ticket_id": ticket.original_ticket_id,
            "status": ticket.status,
            "requester": ticket.requester.model_dump(),
            "submit_date": event.submitted_at,
            "data": _kept_data(ticket),
            "last_event_id": event.event_id,
            "last_event_at": event.occurred_at,
            "status_since": event.submitted_at,
        },
    )
    if snapshot is not None:
        kind = TicketEventKind.CREATED
        _tell(session, snapshot, kind, old=None, new=snapshot.status, at=event.submitted_at)
    return snapshot


def _kept_data(ticket: IncomingTicket) -> dict[str, Any]:
    """Keep what was told and has no column here, the priority's own spelling included."""
    return ticket.model_dump(mode="json", exclude=set(_COPIED))


def is_told(event: TicketEventIn, known_data: dict[str, Any]) -> bool:
    """Tell whether an event says something of its ticket's status that was not said before.

    Args:
        event: of a ticket that is known.
        known_data: what was kept of the ticket before the event.
    """
    ticket = event.ticket
    if "status_told_at" not in ticket.model_fields_set:
        return True
    if ticket.status_told_at is None:
        return False
    known = known_data.get("status_told_at")
    return known is None or ticket.status_told_at > datetime.fromisoformat(known)


def is_outdated(snapshot: TicketSnapshot, event: TicketEventIn) -> bool:
    return snapshot.last_event_at is not None and event.occurred_at < snapshot.last_event_at


def update_snapshot(
    session: Session, snapshot: TicketSnapshot, event: TicketEventIn
) -> dict[str, dict[str, str | None]]:
    """Bring a known ticket's attributes up to date; returns what changed, old and new.

    The status is left alone: this side writes it.
    """
    changes: dict[str, dict[str, str | None]] = {}
    for name in _COPIED:
        old, new = getattr(snapshot, name), getattr(event.ticket, name)
        if old == new:
            continue
        setattr(snapshot, name, new)
        changes[name] = {"old": old, "new": new}
        if name in _TRACKED:
            _tell(session, snapshot, _TRACKED[name], old=old, new=new, at=event.occurred_at)
    snapshot.data = _kept_data(event.ticket)
    snapshot.last_event_id = event.event_id
    snapshot.last_event_at = event.occurred_at
    return changes


def move_status(
    session: Session,
    snapshot: TicketSnapshot,
    wanted: TicketStatus,
    *,
    actor_user_id: int | None,
    at: datetime,
) -> None:
    """Move a ticket's status along its life cycle; a ticket that cannot go there stays as it is.

    Its master and who asked for it are told where it ends up.
    """
    before = TicketStatus(snapshot.status)
    for status in path_to(before, wanted):
        old, snapshot.status = snapshot.status, status
        kind = TicketEventKind.STATUS_CHANGED
        _tell(session, snapshot, kind, old=old, new=status, at=at, actor_user_id=actor_user_id)
    if snapshot.status != before:
        snapshot.status_since = at
        news.tell_status(session, snapshot, before, changed_by=actor_user_id, at=at)
        notices.tell_requester(session, snapshot, before, at=at)


def _tell(
    session: Session,
    snapshot: TicketSnapshot,
    kind: TicketEventKind,
    *,
    old: str | None,
    new: str | None,
    at: datetime,
    actor_user_id: int | None = None,
) -> None:
    session.add(
        TicketEvent(
            ticket_id=snapshot.ticket_id,
            kind=kind,
            from_value=old,
            to_value=new,
            actor_user_id=actor_user_id,
            occurred_at=at,
        )
    )
