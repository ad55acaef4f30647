"""Whether all that was acknowledged is there once, the same on both sides, and told to whom it concerns."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.factories.histories import contradictions
from tests.faults.clients import Ticket
from tests.faults.notices import expected_notices

Connection = psycopg.Connection[dict[str, Any]]


@dataclass
class Verdict:
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def judge(database_url: str, tickets: Sequence[Ticket], message_ids: Collection[str]) -> Verdict:
    """Compare what clients were told, and what the mail server got, with what the database holds."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        verdict = Verdict(_counts(connection))
        for problems in (
            _of_tickets(connection, tickets),
            _of_histories(connection),
            _of_events(connection),
            _of_notices(connection),
            _of_dispatch(connection),
            _of_mail(connection, message_ids),
        ):
            verdict.findings += problems
    return verdict


def _counts(connection: Connection) -> dict[str, int]:
    return {name: _scalar(connection, f"select count(*) from {table}") for name, table in _TABLES.items()}


def _scalar(connection: Connection, statement: str) -> int:
    (row,) = connection.execute(statement).fetchall()
    return int(next(iter(row.values())))


def _of_tickets(connection: Connection, tickets: Sequence[Ticket]) -> Iterator[str]:
    """Each acknowledged ticket once, with one task, and in one status on both sides."""
    rows = connection.execute(_BOTH_SIDES).fetchall()
    by_number = {row["ticket_number"]: row for row in rows}
    copies = Counter(row["subject"] for row in rows)
    for ticket in tickets:
        name = f"{ticket.number} ({ticket.life})"
        yield from (f"{name}: {refusal}" for refusal in ticket.refusals)
        row = by_number.get(ticket.number)
        if row is None or copies[ticket.subject] != 1:
            yield f"{name}: acknowledged, and stored {copies[ticket.subject]} times"
            continue
        if row["status"] != row["work_status"]:
            yield f"{name}: {row['status']} at its master, {row['work_status']} where it is worked on"
        if ticket.ends_as is not None and row["status"] != ticket.ends_as:
            yield f"{name}: ends as {row['status']}, not as {ticket.ends_as}"
        may_have_none = row["status"] == "Withdrawn" and ticket.life == "withdraw_at_once"
        if row["tasks"] != 1 and not (may_have_none and row["tasks"] == 0):
            yield f"{name}: {row['tasks']} tasks"
    if len(rows) != len(tickets):
        yield f"{len(rows)} tickets are stored, {len(tickets)} were acknowledged"


def _of_histories(connection: Connection) -> list[str]:
    task_ids = [row["task_id"] for row in connection.execute("select task_id from ops.task").fetchall()]
    return contradictions(connection, task_ids)


def _of_events(connection: Connection) -> Iterator[str]:
    for row in connection.execute(_UNDELIVERED).fetchall():
        state = "a dead letter" if row["failed_at"] else "not delivered"
        yield f"{row['outbox']} {row['kind']} {row['event_id']}: {state}: {row['last_error']}"
    for row in connection.execute(_FAILED_JOBS).fetchall():
        yield f"{row['count']} jobs of {row['task_name']} are {row['status']}"


def _of_notices(connection: Connection) -> Iterator[str]:
    """One notification for each event and person that it concerns, and none besides."""
    expected = expected_notices(connection)
    told = Counter(
        {
            (row["ticket_number"], row["type"], row["user_type"], row["user_id"]): row["count"]
            for row in connection.execute(_NOTICES).fetchall()
        }
    )
    for missing, number in sorted((expected - told).items()):
        yield f"{number} notifications missing: {missing}"
    for surplus, number in sorted((told - expected).items()):
        yield f"{number} notifications too many: {surplus}"


def _of_dispatch(connection: Connection) -> Iterator[str]:
    undispatched = _scalar(connection, _UNDISPATCHED)
    if undispatched:
        yield f"{undispatched} notifications are not dispatched"
    for row in connection.execute(_UNSENT).fetchall():
        yield f"{row['count']} deliveries by {row['channel']} are {row['status']}: {row['error']}"


def _of_mail(connection: Connection, message_ids: Collection[str]) -> Iterator[str]:
    """Each delivery that counts as sent is in a mailbox, and each mail there belongs to one."""
    sent = {row["delivery"] for row in connection.execute(_SENT_MAIL).fetchall()}
    arrived = {message_id.strip("<>").split(".")[0] for message_id in message_ids}
    yield from (f"{delivery} counts as sent and did not arrive" for delivery in sorted(sent - arrived))
    yield from (f"{delivery} arrived and is not known" for delivery in sorted(arrived - sent))


def summary(numbers: Iterable[tuple[str, int]]) -> str:
    return "\n".join(f"{name:<34}{number:>8,}" for name, number in numbers)


_TABLES = {
    "tickets": "intake.ticket",
    "tasks": "ops.task",
    "task events": "ops.task_event",
    "events to the Workflow API": "intake.outbox_event",
    "events to the Ticket Service": "ops.outbox_event",
    "taken in by the Workflow API": "ops.inbox_event",
    "taken in by the Ticket Service": "intake.inbox_event",
    "notifications": "ops.notification",
    "notification deliveries": "ops.notification_delivery",
}
_BOTH_SIDES = """
select
    ticket.ticket_id as ticket_number, ticket.subject, ticket.status, copy.status as work_status,
    (select count(*) from ops.task where task.ticket_id = copy.ticket_id) as tasks
from intake.ticket
left join ops.ticket_snapshot as copy on copy.ticket_number = ticket.ticket_id
"""
_UNDELIVERED = """
select 'intake' as outbox, kind, event_id, failed_at, last_error from intake.outbox_event
where delivered_at is null
union all
select 'ops', kind, event_id, failed_at, last_error from ops.outbox_event where delivered_at is null
"""
_FAILED_JOBS = """
select task_name, status, count(*) from queue.procrastinate_jobs
where status <> 'succeeded' and queue_name in ('deliveries', 'answers', 'notifications')
group by task_name, status
"""
_NOTICES = """
select ticket_number, type, user_type, user_id, count(*) from ops.notification
group by ticket_number, type, user_type, user_id
"""
_UNDISPATCHED = "select count(*) from ops.notification where dispatched_at is null"
_UNSENT = """
select channel, status, count(*), min(last_error) as error from ops.notification_delivery
where status <> 'success' group by channel, status
"""
_SENT_MAIL = """
select 'delivery-' || notification_delivery_id as delivery from ops.notification_delivery
where channel = 'email' and status = 'success'
"""
