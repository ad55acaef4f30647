"""The staging table: events of one import, sorted and asked about by PostgreSQL, gone at its end."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, LiteralString

from psycopg import Connection, sql
from psycopg.rows import args_row

from sluice.history_import.events import HistoryPlan, LogEvent

_CREATE: LiteralString = """
create temp table import_event (
    row_number bigint not null, part smallint not null, ticket_key text not null,
    occurred_at timestamptz not null, task_status text not null, ticket_status text not null,
    workflow text not null, step text not null, priority text not null, department text,
    category text, sub_category text, group_name text, requester text, assignee text, actor text,
    owner text, handover text, subject text, description text, created_at timestamptz,
    resolved_at timestamptz, closed_at timestamptz, sla_met boolean, attributes text
) on commit drop;
create temp table import_held (ticket_key text not null) on commit drop;
"""

# Lengthy sorts go to disk rather than to memory, whatever the server's own setting.
_SESSION: LiteralString = (
    "set local work_mem = '64MB'; set local temp_buffers = '64MB'; set local timezone = 'UTC'"
)

_DROP_KNOWN: LiteralString = """
delete from import_event as event using ops.ticket_snapshot as ticket
where ticket.source_service = %(source)s and ticket.original_ticket_id = event.ticket_key
"""
_DROP_HELD: LiteralString = """
delete from import_event where ticket_key in (select ticket_key from import_held)
"""
_COUNT_KNOWN: LiteralString = """
select count(*) from ops.ticket_snapshot
where source_service = %(source)s
    and original_ticket_id in (select ticket_key from import_event)
"""
_TAKEN_NUMBERS: LiteralString = """
select ticket.ticket_number, ticket.source_service, count(*) over ()
from (select distinct ticket_key from import_event) as life
inner join ops.ticket_snapshot as ticket on ticket.ticket_number = %(prefix)s || life.ticket_key
order by 1 limit 1
"""
_CREATE_LIVES: LiteralString = """
create temp table import_life on commit drop as
select distinct on (ticket_key) ticket_key, workflow, row_number
from import_event order by ticket_key, occurred_at, row_number, part;
analyze import_event;
analyze import_life;
"""
_FIX_FIELD: LiteralString = """
update import_event as event set {column} = held.{column}
from (
    select distinct on (ticket_key) ticket_key, {column} from import_event
    where {column} is not null order by ticket_key, occurred_at {way}, row_number {way}, part {way}
) as held
where held.ticket_key = event.ticket_key and event.{column} is distinct from held.{column}
"""
_SORTED: LiteralString = """
select {columns} from import_event as event
inner join import_life as life on life.ticket_key = event.ticket_key
order by life.row_number, life.ticket_key, event.occurred_at, event.row_number, event.part
"""


class Staging:
    """What the events of the import are, between being read and being told as lives."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        connection.execute(_SESSION)
        connection.execute(_CREATE)

    def load(self, events: Iterable[LogEvent]) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, LogEvent._fields))
        statement = sql.SQL("copy import_event ({}) from stdin").format(columns)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for event in events:
                copy.write_row(event)

    def hold_back(self, ticket_keys: Iterable[str]) -> int:
        """Leave out whole tickets of which a row was rejected: half a life gives wrong numbers."""
        with self._connection.cursor() as cursor:
            cursor.executemany("insert into import_held values (%s)", [(key,) for key in ticket_keys])
        return self._count("select count(distinct ticket_key) from import_held")

    def drop_known(self, source: str) -> int:
        """Leave out tickets imported before; returns how many."""
        self._connection.execute("create index on import_event (ticket_key)")
        self._connection.execute(_DROP_HELD)
        known = self._count(_COUNT_KNOWN, {"source": source})
        if known:
            self._connection.execute(_DROP_KNOWN, {"source": source})
        return known

    def find_taken_number(self, prefix: str) -> tuple[str, str, int] | None:
        """A ticket number that another source already uses, its source, and how many there are."""
        row = self._connection.execute(_TAKEN_NUMBERS, {"prefix": prefix}).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def prepare(self, plan: HistoryPlan) -> None:
        for column, take in plan.fixed_fields.items():
            way = sql.SQL("desc" if take == "last" else "asc")
            self._connection.execute(sql.SQL(_FIX_FIELD).format(column=sql.Identifier(column), way=way))
        self._connection.execute(_CREATE_LIVES)

    def count_lives(self) -> int:
        return self._count("select count(*) from import_life")

    def lives(self) -> Iterator[list[LogEvent]]:
        """Yield the events of one ticket after the other, in the order they happened."""
        columns = sql.SQL(", ").join(sql.Identifier("event", name) for name in LogEvent._fields)
        with self._connection.cursor("import_lives", row_factory=args_row(LogEvent)) as cursor:
            cursor.itersize = 10_000
            cursor.execute(sql.SQL(_SORTED).format(columns=columns))
            for _key, events in groupby(cursor, key=attrgetter("ticket_key")):
                yield list(events)

    def _count(self, statement: LiteralString, parameters: dict[str, str] | None = None) -> int:
        row = self._connection.execute(statement, parameters).fetchone()
        return int(row[0]) if row else 0
