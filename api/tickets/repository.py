from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from api.kit.db import Session
from api.kit.delivery import InboxEvent
from api.tickets.enums import TicketEventKind
from api.tickets.models import TicketEvent, TicketSnapshot

_TAKE_IN = (
    insert(InboxEvent)
    .values(event_id=bindparam("event_id"), source=bindparam("source"))
    .on_conflict_do_nothing()
    .returning(InboxEvent.event_id)
)


async def take_in_event(session: Session, event_id: str, source: str) -> bool:
    """Remember an event; False when it was taken in before. A concurrent duplicate waits for the first."""
    return await session.scalar(_TAKE_IN, {"event_id": event_id, "source": source}) is not None


async def insert_snapshot(session: Session, values: dict[str, Any]) -> TicketSnapshot | None:
    """Insert a ticket's copy; None when one of its number exists."""
    statement = (
        insert(TicketSnapshot)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[TicketSnapshot.ticket_number])
        .returning(TicketSnapshot)
    )
    inserted = await session.scalars(statement)
    return inserted.one_or_none()


async def get_ticket_id(session: Session, ticket_number: str) -> int:
    found = await session.scalars(
        select(TicketSnapshot.ticket_id).where(TicketSnapshot.ticket_number == ticket_number)
    )
    return found.one()


async def lock_snapshot(session: Session, ticket_id: int) -> TicketSnapshot:
    return await session.get_one(TicketSnapshot, ticket_id, with_for_update=True, populate_existing=True)


async def find_ticket_id(session: Session, ticket_number: str) -> int | None:
    return await session.scalar(
        select(TicketSnapshot.ticket_id).where(TicketSnapshot.ticket_number == ticket_number)
    )


async def get_snapshot(session: Session, ticket_id: int) -> TicketSnapshot:
    return await session.get_one(TicketSnapshot, ticket_id)


async def find_and_lock_snapshot(
    session: Session, *, ticket_id: int | None, ticket_number: str | None
) -> TicketSnapshot | None:
    """Lock the ticket of an id, or else of a number."""
    if ticket_id is not None:
        is_meant = TicketSnapshot.ticket_id == ticket_id
    else:
        is_meant = TicketSnapshot.ticket_number == ticket_number
    found = await session.scalars(select(TicketSnapshot).where(is_meant).with_for_update())
    return found.one_or_none()


async def find_newest_event(session: Session, ticket_id: int, kind: TicketEventKind) -> TicketEvent | None:
    """Find the last event of a kind that was told of a ticket."""
    found = await session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == kind)
        .order_by(TicketEvent.ticket_event_id.desc())
        .limit(1)
    )
    return found.one_or_none()
