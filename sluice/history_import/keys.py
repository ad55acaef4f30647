"""Ids out of the tables' own identity sequences, many at a time."""

from typing import Any

from psycopg import Connection


def reserve_keys(connection: Connection[Any], table: str, column: str, count: int) -> list[int]:
    """Take `count` ids that nobody else will be given, whoever inserts beside us."""
    rows = connection.execute(
        "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)", (table, column, count)
    )
    return [row[0] for row in rows]
