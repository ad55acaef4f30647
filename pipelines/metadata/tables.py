"""What the database says of tables, for those who look at what a run made of them.

It costs the same however long the history is: a few pages of each table are read, and where an index begins
with the column of time its two ends. What is found in a part of a table is called an estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg
import psycopg
from psycopg import sql

# 2 MiB: as much as is read of any one table.
_PAGES = 256
# Compiling so many short queries would take longer than they do; nobody is to wait for figures beside a run.
_SETTINGS = """
    select set_config('TimeZone', 'UTC', true), set_config('jit', 'off', true),
        set_config('statement_timeout', '5s', true)
"""
_CATALOGUE = """
    select
        wanted.name,
        namespace.nspname,
        class.relname,
        pg_relation_size(class.oid) / current_setting('block_size')::integer as pages,
        of_time.attname,
        exists (
            select from pg_index as index
            where
                index.indrelid = class.oid
                and index.indkey[0] = of_time.attnum
                and index.indpred is null
                and index.indisvalid
        ) as is_indexed
    from unnest(%s::text[]) as wanted (name)
    inner join pg_class as class on class.oid = to_regclass(wanted.name) and class.relkind = 'r'
    inner join pg_namespace as namespace on namespace.oid = class.relnamespace
    left join lateral (
        select attribute.attname, attribute.attnum
        from pg_attribute as attribute
        where
            attribute.attrelid = class.oid
            and attribute.attnum > 0
            and attribute.atttypid in ('date'::regtype, 'timestamptz'::regtype)
        order by attribute.attnum
        limit 1
    ) as of_time on true
"""
_PART = """
    select {name}, count(*), {first}, {last}
    from {table} as part tablesample system ({percent}) repeatable (1)
"""
_END = "to_jsonb({end}(part.{column})) #>> '{{}}'"
_END_BY_INDEX = "(select to_jsonb({end}({column})) #>> '{{}}' from {table})"
_COLUMNS = """
    select
        wanted.name, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod),
        not attribute.attnotnull
    from unnest(%s::text[]) as wanted (name)
    inner join pg_attribute as attribute on attribute.attrelid = to_regclass(wanted.name)
    where attribute.attnum > 0 and not attribute.attisdropped
    order by wanted.name, attribute.attnum
"""


@dataclass(frozen=True)
class Window:
    """The first and the last value, ISO 8601, of the first column of a table that tells a time."""

    column: str
    first: str
    last: str
    is_estimate: bool


@dataclass(frozen=True)
class TableFacts:
    """How many rows a table has and of which time, if it tells one and is not empty."""

    rows: int
    is_estimate: bool
    window: Window | None


@dataclass(frozen=True)
class _Table:
    """A table as the catalogue knows it; `name` is that of its asset."""

    name: str
    identifier: sql.Identifier
    pages: int
    column: str | None
    is_indexed: bool

    @property
    def share(self) -> float:
        """How much of it is read."""
        return min(1.0, _PAGES / self.pages) if self.pages else 1.0


def read_table_facts(
    connection: psycopg.Connection, keys: Iterable[dg.AssetKey]
) -> dict[dg.AssetKey, TableFacts]:
    """Rows and windows of the assets that are tables, in two statements; views hold no rows of their own.

    Settings of the connection's transaction are changed for it.
    """
    by_name = {".".join(key.path): key for key in keys}
    connection.execute(_SETTINGS)
    tables = {
        name: _Table(name, sql.Identifier(schema, table), pages, column, is_indexed)
        for name, schema, table, pages, column, is_indexed in connection.execute(_CATALOGUE, [[*by_name]])
    }
    if not tables:
        return {}
    parts = sql.SQL(" union all ").join(map(_part, tables.values()))
    return {by_name[name]: _facts(tables[name], *found) for name, *found in connection.execute(parts)}


def read_columns(
    connection: psycopg.Connection, keys: Iterable[dg.AssetKey]
) -> dict[dg.AssetKey, dg.TableSchema]:
    """Names and types of the columns of each relation there is."""
    by_name = {".".join(key.path): key for key in keys}
    columns: dict[dg.AssetKey, list[dg.TableColumn]] = {}
    for name, column, data_type, is_nullable in connection.execute(_COLUMNS, [[*by_name]]):
        columns.setdefault(by_name[name], []).append(
            dg.TableColumn(column, data_type, constraints=dg.TableColumnConstraints(nullable=is_nullable))
        )
    return {key: dg.TableSchema(found) for key, found in columns.items()}


def _part(table: _Table) -> sql.Composable:
    first, last = (
        sql.SQL("null")
        if table.column is None
        else sql.SQL(_END_BY_INDEX if table.is_indexed else _END).format(
            end=sql.SQL(end), column=sql.Identifier(table.column), table=table.identifier
        )
        for end in ("min", "max")
    )
    return sql.SQL(_PART).format(
        name=table.name,
        table=table.identifier,
        first=first,
        last=last,
        percent=sql.Literal(100 * table.share),
    )


def _facts(table: _Table, rows: int, first: str | None, last: str | None) -> TableFacts:
    is_part = table.share < 1
    window = None
    if table.column and first and last:
        window = Window(table.column, first, last, is_estimate=is_part and not table.is_indexed)
    return TableFacts(rows=round(rows / table.share), is_estimate=is_part, window=window)
