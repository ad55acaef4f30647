"""Copying one built table over its published twin, inside the publication's transaction."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

PUBLISHED_TABLES = (
    "ticket_series",
    "ticket_cube",
    "user_days",
    "ticket_rows",
    "ticket_versions",
    "unrouted_waits",
    "work_series",
    "work_cube",
    "duration_histogram",
    "durations_to_date",
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
    "forecast_hours",
    "forecast_scores",
    "resolution_forecast",
    "ticket_risks",
    "model_decisions",
    "served_models",
    "ticket_arrivals",
    "ticket_hours",
    "role_arrivals",
    "role_handling",
    "quarantined_rows",
    "input_facts",
)

# Those that a build makes anew from the first day that changed on, with the column that tells it.
KEPT_TABLES = {
    "ticket_cube": "day",
    "user_days": "month",
    "work_cube": "day",
    "duration_histogram": "month",
    "ticket_versions": "day",
}

_COLUMNS = """
    select attribute.attname
    from pg_attribute as attribute
    where
        attribute.attrelid = %s::regclass
        and attribute.attnum > 0
        and not attribute.attisdropped
        -- When a row came in is the publication's to say, not the build's.
        and attribute.attname <> 'known_from'
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
_RETIRE = """
    with retired as (
        delete from serving.{table} as published
        where {published_since} and not exists (
            select from build.{table} as built
            where
                {built_since}
                and ({built_key}) = ({published_key})
                and ({built_row}) is not distinct from ({published_row})
        )
        returning published.*
    )
    insert into past.{table} ({columns}, known_from, known_until)
    select {columns}, known_from, {publication} from retired
"""
_INSERT = """
    insert into serving.{table} ({columns}, known_from)
    select {built_row}, {publication} from build.{table} as built
    where {built_since} and not exists (
        select from serving.{table} as published
        where {published_since} and ({built_key}) = ({published_key})
    )
"""


@dataclass(frozen=True)
class Change:
    """How a publication moved one table."""

    deleted: int
    inserted: int
    rows: int


def copy_table(
    connection: psycopg.Connection, table: str, publication: int, *, since: str | None = None
) -> Change:
    """Make `serving.<table>` hold what `build.<table>` holds, touching only rows that differ.

    A row that leaves goes to `past.<table>`.

    Args:
        connection: That of the publication.
        table: One of the published tables.
        publication: Number of the publication, which each row that comes or goes is told.
        since: Day, ISO 8601 or 'infinity', before which nothing of a kept table can differ; None compares
            all of it, and so does a number of rows that is not the same afterwards.
    """
    is_partial = since is not None and table in KEPT_TABLES
    names = _names(connection, table) | {
        f"{alias}_since": _since(alias, KEPT_TABLES[table], since) if is_partial else sql.SQL("true")
        for alias in ("built", "published")
    }
    names["publication"] = sql.Literal(publication)
    deleted = connection.execute(sql.SQL(_RETIRE).format(**names)).rowcount
    inserted = connection.execute(sql.SQL(_INSERT).format(**names)).rowcount
    rows = _count(connection, "build", table)
    if is_partial and _count(connection, "serving", table) != rows:
        return copy_table(connection, table, publication)
    return Change(deleted=deleted, inserted=inserted, rows=rows)


def _since(alias: str, column: str, day: str | None) -> sql.Composable:
    # The month of the day begins before it.
    return sql.SQL("{} >= date_trunc({}, {}::date)::date").format(sql.Identifier(alias, column), column, day)


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    statement = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def columns_of(connection: psycopg.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(_COLUMNS, [f"serving.{table}"])]


def key_of(connection: psycopg.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(_KEY, [f"serving.{table}"])]


def _names(connection: psycopg.Connection, table: str) -> dict[str, sql.Composable]:
    columns, key = columns_of(connection, table), key_of(connection, table)
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
