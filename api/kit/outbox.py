"""Handing the events of an outbox to the other service: at least once, in any order, never lost."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import httpx
from sqlalchemy import select, text, update

from api.kit.attempts import Outcome, note_attempt
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.delivery import OutgoingEvent
from api.kit.logs import follow_request, log

DELIVERY_TASK = "deliver_event"
FORGOTTEN_AFTER = timedelta(seconds=15)
# After so many bad answers a person has to look. A receiver that does not answer is waited for.
MOST_BAD_ANSWERS = 20
# The receiver will say the same to the same event for ever.
_FINAL_REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
_NOT_NOW = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}

# The queue's own door, called on this connection: it commits with the rest.
_DEFER = text("""
select queue.procrastinate_defer_jobs_v1(array[row(
    cast(:queue as varchar), cast(:task as varchar), 10, null, cast(:event_id as text),
    jsonb_build_object('outbox_name', cast(:outbox as text), 'event_id', cast(:event_id as text)), null
)::queue.procrastinate_job_to_defer_v1])
""")
_HAS_NO_JOB = text("""
not exists (
    select from queue.procrastinate_jobs
    where task_name = :task and queueing_lock = event_id and status in ('todo', 'doing'))
""")


class DeliveryRefused(Exception):  # noqa: N818 - an outcome, told apart from failures worth repeating
    """The receiver refused the event itself."""


class DeliveryFailed(Exception):  # noqa: N818 - an outcome, told apart from refusals
    """The receiver could not be reached or could not answer."""


@dataclass(frozen=True)
class Outbox:
    """One side's outgoing events, the queue of their jobs, and where they go."""

    table: type[OutgoingEvent]
    queue: str
    path: str
    database: Database
    client: httpx.AsyncClient

    @property
    def name(self) -> str:
        """The schema of the table, by which jobs name their outbox."""
        return str(self.table.__table__.schema)


async def deliver(outbox: Outbox, event_id: str) -> None:
    """Deliver one event unless that is done.

    Raises:
        DeliveryFailed: to be tried again later.
        DeliveryRefused: never to be tried again; the event is marked as failed.
    """
    async with outbox.database.read_sessions() as session:
        event = await session.get(outbox.table, event_id)
    if event is None or event.delivered_at is not None:
        return
    headers = {}
    if event.request_id:
        follow_request(event.request_id)
        headers["X-Request-ID"] = event.request_id
    # No transaction is open while the other side answers.
    try:
        answer = await outbox.client.post(outbox.path, json=event.payload, headers=headers)
    except httpx.TransportError as error:
        await _note(outbox, event_id, f"{type(error).__name__} from {outbox.client.base_url}")
        raise DeliveryFailed(event_id) from error
    if answer.status_code == HTTPStatus.ACCEPTED:
        await _note(outbox, event_id, None)
        return
    is_bad = answer.status_code not in _NOT_NOW
    is_worn_out = is_bad and event.bad_answers + 1 >= MOST_BAD_ANSWERS
    is_refusal = is_worn_out or answer.status_code in _FINAL_REFUSALS
    problem = f"{answer.status_code}: {answer.text[:500]}"
    await _note(outbox, event_id, problem, is_bad_answer=is_bad, is_final=is_refusal)
    log.warning(
        "delivery_failed",
        event_id=event_id,
        request_id=event.request_id,
        outbox=outbox.name,
        status=answer.status_code,
        is_final=is_refusal,
    )
    raise DeliveryRefused(event_id) if is_refusal else DeliveryFailed(event_id)


async def _note(
    outbox: Outbox,
    event_id: str,
    problem: str | None,
    *,
    is_bad_answer: bool = False,
    is_final: bool = False,
) -> None:
    """Write down how an attempt went."""
    table = outbox.table
    noted: dict[str, object] = {"attempts": table.attempts + 1, "last_error": problem}
    if is_bad_answer:
        noted["bad_answers"] = table.bad_answers + 1
    if problem is None:
        noted["delivered_at"] = utc_now()
    elif is_final:
        noted["failed_at"] = utc_now()
    # Another attempt may have gone well meanwhile: that settles it.
    statement = update(table).where(table.event_id == event_id, table.delivered_at.is_(None))
    # One statement is a transaction of its own.
    async with outbox.database.read_sessions() as session:
        await session.execute(statement.values(noted))
    unsuccessful = Outcome.FAILED if is_final else Outcome.RETRYING
    note_attempt(outbox.name, "http", Outcome.DELIVERED if problem is None else unsuccessful)


async def defer_forgotten(outbox: Outbox) -> int:
    """Queue every undelivered event that no job is left for; returns how many there were."""
    table = outbox.table
    forgotten = (
        select(table.event_id)
        .where(
            table.delivered_at.is_(None),
            table.failed_at.is_(None),
            table.occurred_at < utc_now() - FORGOTTEN_AFTER,
            _HAS_NO_JOB.bindparams(task=DELIVERY_TASK),
        )
        .order_by(table.occurred_at)
        .limit(1000)
    )
    async with outbox.database.sessions() as session, session.begin():
        event_ids = list(await session.scalars(forgotten))
        for event_id in event_ids:
            names = {"queue": outbox.queue, "task": DELIVERY_TASK, "outbox": outbox.name}
            await session.execute(_DEFER, {**names, "event_id": event_id})
    return len(event_ids)
