"""Lives into the operational tables, a few thousand at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from psycopg import Connection, sql

from sluice.history_import.rows import (
    ItemEventRow,
    ItemRow,
    LifeRows,
    TaskEventRow,
    TaskRow,
    TicketEventRow,
    TicketRow,
)

_ITEM_FIELDS = tuple(field.name for field in fields(ItemRow))
_ITEM_COLUMNS = (*_ITEM_FIELDS, "created_at", "updated_at")
_item_values = attrgetter(*_ITEM_FIELDS)


def write_lives(connection: Connection[Any], lives: Sequence[LifeRows]) -> dict[str, int]:
    """Copy the rows of some lives into their tables; returns how many went into each."""
    return {
        "tickets": _copy(connection, "ticket_snapshot", TicketRow._fields, (life.ticket for life in lives)),
        "tasks": _copy(connection, "task", TaskRow._fields, (life.task for life in lives)),
        "task_items": _copy(
            connection,
            "task_item",
            _ITEM_COLUMNS,
            (_item_row(item) for life in lives for item in life.items),
        ),
        "task_events": _copy(
            connection,
            "task_event",
            TaskEventRow._fields,
            (row for life in lives for row in life.task_events),
        ),
        "task_item_events": _copy(
            connection,
            "task_item_event",
            ItemEventRow._fields,
            (row for life in lives for row in life.item_events),
        ),
        "ticket_events": _copy(
            connection,
            "ticket_event",
            TicketEventRow._fields,
            (row for life in lives for row in life.ticket_events),
        ),
    }


def _item_row(item: ItemRow) -> tuple[Any, ...]:
    updated_at = item.closed_at or item.first_opened_at or item.assigned_on
    return (*_item_values(item), item.assigned_on, updated_at)


def _copy(
    connection: Connection[Any], table: str, columns: Iterable[str], rows: Iterator[tuple[Any, ...]]
) -> int:
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("ops", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
