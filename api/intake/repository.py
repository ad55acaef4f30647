from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import insert

from api.identity.enums import UserType
from api.intake.models import Ticket, ticket_number_sequence
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tickets.enums import Priority, TicketStatus

DELIVERY_QUEUE = "deliveries"
DELIVERY_TASK = "deliver_event"

# The queue's own door, called on this connection: the job exists exactly when the ticket does.
_DEFER_DELIVERY = text("""
select queue.procrastinate_defer_jobs_v1(array[row(
    cast(:queue as varchar), cast(:task as varchar), 0, null, cast(:event_id as text),
    jsonb_build_object('event_id', cast(:event_id as text)), null
)::queue.procrastinate_job_to_defer_v1])
""")

_FORGOTTEN = text("""
select event_id from intake.outbox_event
where delivered_at is null and failed_at is null and occurred_at < :older_than
and not exists (
    select from queue.procrastinate_jobs
    where queue_name = :queue and task_name = :task and queueing_lock = event_id
    and status in ('todo', 'doing'))
order by occurred_at limit 1000
""")


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


async def next_ticket_id(session: Session, day: date) -> str:
    """Number a ticket: the sequence never gives one number to two callers, whatever they do at once."""
    number = await session.scalar(ticket_number_sequence.next_value().select())
    return f"TX{day:%Y%m%d}{number:06d}"


async def insert_ticket(session: Session, values: dict[str, Any]) -> Ticket | None:
    """Insert a ticket; None when its source already gave us one of that original id."""
    statement = (
        insert(Ticket)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[Ticket.source_service, Ticket.original_ticket_id])
        .returning(Ticket.id)
    )
    key = await session.scalar(statement)
    return None if key is None else await session.get_one(Ticket, key)


async def get_by_origin(session: Session, source_service: str, original_ticket_id: str) -> Ticket:
    found = await session.scalars(
        select(Ticket).where(
            Ticket.source_service == source_service, Ticket.original_ticket_id == original_ticket_id
        )
    )
    return found.one()


async def defer_delivery(session: Session, event_id: str) -> None:
    names = {"queue": DELIVERY_QUEUE, "task": DELIVERY_TASK, "event_id": event_id}
    await session.execute(_DEFER_DELIVERY, names)


async def list_forgotten(session: Session, older_than: datetime) -> list[str]:
    """List undelivered events that no waiting or running job is left for."""
    names = {"queue": DELIVERY_QUEUE, "task": DELIVERY_TASK, "older_than": older_than}
    return list(await session.scalars(_FORGOTTEN, names))
