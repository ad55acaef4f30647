from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from api.identity.enums import UserType
from api.intake.models import Ticket, ticket_number_sequence
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.delivery import IntakeInboxEvent
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tickets.enums import Priority, TicketStatus


@dataclass(frozen=True, slots=True)
class TicketFilters:
    status: TicketStatus | None = None
    priority: Priority | None = None
    category: str | None = None
    subcategory: str | None = None
    department: str | None = None
    source_service: str | None = None
    employee_id: int | None = None
    requester_type: UserType | None = None
    search: str | None = None
    created: Days = field(default_factory=Days)

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Ticket.deleted_at.is_(None)]
        for name in ("status", "priority", "employee_id", "requester_type", "source_service"):
            wanted = getattr(self, name)
            if wanted is not None:
                found.append(getattr(Ticket, name) == wanted)
        for name in ("category", "subcategory", "department"):
            wanted = getattr(self, name)
            if wanted is not None:
                found.append(func.lower(getattr(Ticket, name)) == func.lower(wanted.strip()))
        if self.created.begins_at is not None:
            found.append(Ticket.created_at >= self.created.begins_at)
        if self.created.ends_before is not None:
            found.append(Ticket.created_at < self.created.ends_before)
        if self.search:
            found.append(Ticket.search.op("@@")(func.to_tsquery("simple", prefix_query(self.search))))
        return found


async def list_tickets(
    session: Session, filters: TicketFilters, ordering: Ordering, page: PageRequest
) -> tuple[int, list[Ticket]]:
    conditions = filters.conditions()
    count = await session.scalar(select(func.count()).select_from(Ticket).where(*conditions)) or 0
    page.check(count)
    keys = [getattr(Ticket, ordering.field), Ticket.id]
    rows = await session.scalars(
        select(Ticket)
        .where(*conditions)
        .order_by(*(key.desc() if ordering.descending else key.asc() for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, list(rows)


async def find_ticket(session: Session, reference: int | str, *, lock: bool = False) -> Ticket | None:
    """Find a ticket that is not deleted by its id or by its number."""
    is_named = Ticket.id == reference if isinstance(reference, int) else Ticket.ticket_id == reference
    statement = select(Ticket).where(is_named, Ticket.deleted_at.is_(None))
    found = await session.scalars(statement.with_for_update() if lock else statement)
    return found.one_or_none()


async def insert_ticket(session: Session, values: dict[str, Any], day: date) -> Ticket | None:
    """Insert a ticket under the next number of the day.

    None when that number is taken, or when its source already gave us one of that original id; the
    latter may still be under way in another transaction, which is waited for.
    """
    statement = _insertion(tuple(values))
    return (await session.scalars(statement, {**values, "prefix": f"TX{day:%Y%m%d}"})).one_or_none()


@cache
def _insertion(columns: tuple[str, ...]) -> ReturningInsert[Ticket]:
    """Build the statement once: with its thirty columns that costs more than its execution."""
    digits = func.lpad(cast(ticket_number_sequence.next_value(), String), 6, "0")
    given: dict[str, Any] = {column: bindparam(column) for column in columns}
    number = func.concat(bindparam("prefix", type_=String), digits)
    return insert(Ticket).values(**given, ticket_id=number).on_conflict_do_nothing().returning(Ticket)


async def find_by_origin(
    session: Session, source_service: str, original_ticket_id: str | None
) -> Ticket | None:
    if original_ticket_id is None:
        return None
    found = await session.scalars(
        select(Ticket).where(
            Ticket.source_service == source_service, Ticket.original_ticket_id == original_ticket_id
        )
    )
    return found.one_or_none()


async def take_in_event(session: Session, event_id: str, source: str) -> bool:
    """Remember an event; False when it was taken in before. A concurrent duplicate waits for the first."""
    statement = (
        insert(IntakeInboxEvent)
        .values(event_id=event_id, source=source)
        .on_conflict_do_nothing()
        .returning(IntakeInboxEvent.event_id)
    )
    return await session.scalar(statement) is not None


async def lock_by_number(session: Session, ticket_number: str) -> Ticket | None:
    """Lock a ticket, a deleted one too: what is told of it is still true of it."""
    found = await session.scalars(select(Ticket).where(Ticket.ticket_id == ticket_number).with_for_update())
    return found.one_or_none()
