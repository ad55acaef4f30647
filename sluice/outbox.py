"""The events on their way between the services: which wait, which were refused, and sending them again.

Each service has an outbox of its own; an event is named by its id alone, whichever it lies in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from api.kit.outbox import DELIVERY_TASK
from api.worker.context import ANSWERS, DELIVERIES

_QUEUES = {"intake": DELIVERIES, "ops": ANSWERS}
_EVERY = """(
    select
        'intake' as outbox, event_id, kind, ticket_id as ticket_number, payload, request_id, occurred_at,
        attempts, last_error, delivered_at, failed_at
    from intake.outbox_event
    union all
    select
        'ops', event_id, kind, ticket_number, payload, request_id, occurred_at,
        attempts, last_error, delivered_at, failed_at
    from ops.outbox_event
)"""
_EVENTS = f"""
select
    outbox, event_id, kind, ticket_number, occurred_at, attempts, last_error, request_id, payload, state
from (
    select
        event.*,
        case
            when delivered_at is not null then 'delivered'
            when failed_at is not null then 'failed'
            else 'waiting'
        end as state
    from {_EVERY} as event
) as judged
where state = any(%(states)s) and (%(event_id)s::text is null or event_id = %(event_id)s)
order by occurred_at
limit %(limit)s
"""  # noqa: S608 - of constants
_COUNT = f"""
select
    count(*) filter (where delivered_at is null and failed_at is null),
    count(*) filter (where failed_at is not null and delivered_at is null),
    count(*) filter (where delivered_at is not null)
from {_EVERY} as event
"""  # noqa: S608 - of constants
_REVIVE = """
update {}.outbox_event set failed_at = null, bad_answers = 0
where failed_at is not null and (%(all)s or event_id = any(%(event_ids)s))
returning event_id
"""
_DEFER = """
select queue.procrastinate_defer_jobs_v1(array[row(
    %(queue)s::varchar, %(task)s::varchar, 10, null, %(event_id)s::text,
    jsonb_build_object('outbox_name', %(outbox)s::text, 'event_id', %(event_id)s::text), null
)::queue.procrastinate_job_to_defer_v1])
"""


class EventState(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """An event and how its delivery went. `failed` ones wait for a person, `waiting` ones for a worker."""

    outbox: str
    event_id: str
    kind: str
    ticket_number: str
    occurred_at: datetime
    attempts: int
    last_error: str | None
    request_id: str | None
    payload: dict[str, Any]
    state: EventState


def list_events(
    database_url: str, states: Sequence[EventState], limit: int, event_id: str | None = None
) -> list[OutgoingEvent]:
    wanted = {"states": [str(state) for state in states], "event_id": event_id, "limit": limit}
    with psycopg.connect(database_url) as connection:
        cursor = connection.cursor(row_factory=class_row(OutgoingEvent))
        return cursor.execute(_EVENTS, wanted).fetchall()


def find_event(database_url: str, event_id: str) -> OutgoingEvent | None:
    return next(iter(list_events(database_url, list(EventState), 1, event_id)), None)


def count_events(database_url: str) -> dict[str, int]:
    """Count events by state, states without any included."""
    with psycopg.connect(database_url) as connection:
        counts = connection.execute(_COUNT).fetchone() or ()
    return dict(zip(map(str, EventState), counts, strict=True))


def replay_events(database_url: str, event_ids: list[str] | None) -> list[str]:
    """Hand failed events to the worker again; None means all of them. Returns those handed over."""
    # The queue's functions look for their tables along the search path.
    with psycopg.connect(database_url, options="-c search_path=queue") as connection:
        wanted = {"all": event_ids is None, "event_ids": event_ids or []}
        return [
            event_id
            for outbox, queue in _QUEUES.items()
            for event_id in _replay(connection, outbox, queue, wanted)
        ]


def _replay(connection: psycopg.Connection, outbox: str, queue: str, wanted: dict[str, Any]) -> list[str]:
    statement = sql.SQL(_REVIVE).format(sql.Identifier(outbox))
    revived = [row[0] for row in connection.execute(statement, wanted).fetchall()]
    names = {"queue": queue, "task": DELIVERY_TASK, "outbox": outbox}
    for event_id in revived:
        connection.execute(_DEFER, {**names, "event_id": event_id})
    return revived
