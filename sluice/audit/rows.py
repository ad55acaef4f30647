"""Reading the audit trail as it was at one instant, however long it is and whoever writes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import class_row

from sluice.audit.chain import Event, Head
from sluice.database import CONNECT_SECONDS, first_line, unreachable
from sluice.errors import DatabaseError

_ROWS_AT_A_TIME = 2000
# Whoever may drop a constraint may empty a column: that is to be named, and not to stumble over.
_EVENTS = """
select
    audit_event_id, lane, coalesce(sequence, 0) as sequence, user_id, username, email,
    actor_roles::text as actor_roles, action, target_type, target_id, changes::text as changes,
    description, request_id, ip_address::text as ip_address, user_agent,
    case when isfinite(recorded_at) then (extract(epoch from recorded_at) * 1000000)::bigint end
        as recorded_microseconds,
    coalesce(previous_hash, '') as previous_hash, coalesce(hash, '') as hash
from ops.audit_event as event order by event.lane, event.sequence, event.audit_event_id
"""
_HEADS = """
select lane, coalesce(last_sequence, 0) as sequence, coalesce(last_hash, '') as hash
from ops.audit_chain order by lane
"""


@contextmanager
def open_trail(url: str) -> Iterator[Connection]:
    """Connect for reading one state of the trail.

    Raises:
        DatabaseError: the database cannot be reached, or has no chained trail.
    """
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # Names in the catalogue are then told in full, and no other schema can stand in for `ops`.
            connection.execute("set search_path to ''")
            yield connection
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        message = "this database has no chained audit trail yet: run sluice migrate"
        raise DatabaseError(message) from None
    except psycopg.OperationalError as error:
        raise unreachable(url, error) from None
    except psycopg.Error as error:
        message = f"the audit trail cannot be read: {first_line(error)}"
        raise DatabaseError(message) from error


def read_heads(connection: Connection) -> dict[int, Head]:
    with connection.cursor(row_factory=class_row(Head)) as cursor:
        return {head.lane: head for head in cursor.execute(_HEADS)}


def stream_events(connection: Connection) -> Iterator[Event]:
    with connection.cursor("audit_events", row_factory=class_row(Event)) as cursor:
        cursor.itersize = _ROWS_AT_A_TIME
        yield from cursor.execute(_EVENTS)
