from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from api.intake.models import Ticket, ticket_number_sequence
from api.kit.db import Session

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
