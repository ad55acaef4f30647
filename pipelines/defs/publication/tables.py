"""Copying one built table over its published twin, inside the publication's transaction."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

PUBLISHED_TABLES = (
    "ticket_series",
    "ticket_cube",
    "user_days",
    "ticket_rows",
    "work_series",
    "work_cube",
    "duration_histogram",
    "item_rows",
    "workflow_facts",
    "step_facts",
    "process_edges",
    "process_variants",
    "case_rows",
    "visit_rows",
    "open_tickets",
    "agent_load",
    "daily_volumes",
    "anomalies",
    "snapshot_series",
    "snapshot_cube",
    "snapshot_rows",
    "forecast_series",
    "forecast_points",
)

_COLUMNS = """
    select attribute.attname
    from pg_attribute as attribute
    where attribute.attrelid = %s::regclass and attribute.attnum > 0 and not attribute.attisdropped
    order by attribute.attnum
"""
_KEY = """
    select attribute.attname
    from pg_index as index
    cross join unnest(index.indkey::smallint[]) with ordinality as part (attnum, position)
    inner join pg_attribute as attribute
        on attribute.attrelid = index.indrelid and attribute.attnum = part.attnum
    where index.indrelid = %s::regclass and index.indisprimary
    order by part.position
"""
_DELETE = """
    delete from serving.{table} as published
    where not exists (
        select from build.{table} as built
        where ({built_key}) = ({published_key}) and ({built_row}) is not distinct from ({published_row})
    )
"""
_INSERT = """
    insert into serving.{table} ({columns})
    select {built_row} from build.{table} as built
    where not exists (
        select from serving.{table} as published where ({built_key}) = ({published_key})
    )
"""


@dataclass(frozen=True)
class Change:
    """How a publication moved one table."""

    deleted: int
    inserted: int
    rows: int


def copy_table(connection: psycopg.Connection, table: str, *, replace_all: bool) -> Change:
    """Make `serving.<table>` hold what `build.<table>` holds, touching only rows that differ."""
    names = _names(connection, table)
    delete = sql.SQL("delete from serving.{table}" if replace_all else _DELETE).format(**names)
    deleted = connection.execute(delete).rowcount
    inserted = connection.execute(sql.SQL(_INSERT).format(**names)).rowcount
    count = connection.execute(sql.SQL("select count(*) from build.{table}").format(**names)).fetchone()
    return Change(deleted=deleted, inserted=inserted, rows=count[0] if count else 0)


def _names(connection: psycopg.Connection, table: str) -> dict[str, sql.Composable]:
    columns = [name for (name,) in connection.execute(_COLUMNS, [f"serving.{table}"])]
    key = [name for (name,) in connection.execute(_KEY, [f"serving.{table}"])]
    return {
        "table": sql.Identifier(table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "built_key": _listed("built", key),
        "published_key": _listed("published", key),
        "built_row": _listed("built", columns),
        "published_row": _listed("published", columns),
    }


def _listed(alias: str, columns: list[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(alias, column) for column in columns)
