"""Builds of any shape: rows of every published table that come, change and go at random."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from pipelines.defs.publication.tables import KEPT_TABLES, PUBLISHED_TABLES

# By type, the n-th of few values: keys are to come again after they went.
VALUES: dict[str, Callable[[int], str]] = {
    "uuid": lambda n: f"00000000-0000-0000-0000-{n:012d}",
    "date": lambda n: f"2026-01-{n + 1:02d}",
    "timestamp with time zone": lambda n: f"2026-01-01T{n:02d}:00:00Z",
    "boolean": lambda n: str(n % 2 == 0),
    "jsonb": lambda n: f"[{n}]",
}
DISTINCT = 4
MOST_ROWS = 12
_COLUMNS = """
    select
        attribute.attname,
        format_type(attribute.atttypid, null),
        coalesce(attribute.attnum = any(index.indkey), false)
    from pg_attribute as attribute
    left join pg_index as index on index.indrelid = %(serving)s::regclass and index.indisprimary
    where attribute.attrelid = %(serving)s::regclass and attribute.attnum > 0 and not attribute.attisdropped
        and attribute.attname <> 'known_from'
    order by attribute.attnum
"""
_UNRULED = """
    do $$
    declare
        rule record;
    begin
        for rule in
            select conrelid::regclass as published, conname from pg_constraint
            where connamespace = 'serving'::regnamespace and contype = 'c'
        loop
            execute format('alter table %s drop constraint %I', rule.published, rule.conname);
        end loop;
        for rule in
            select format('%I.%I', schemaname, indexname) as name from pg_indexes
            where
                schemaname in ('serving', 'past')
                and (indexdef ilike '%using gist%' or indexname = 'process_variants_id')
        loop
            execute 'drop index ' || rule.name;
        end loop;
    end
    $$
"""
Row = tuple[str, ...]


@dataclass
class RandomBuilds:
    """What `build` holds, changed step by step.

    Args:
        connection: With empty build tables.
        seed: Of all that is random.
    """

    connection: psycopg.Connection
    seed: int
    tables: dict[str, dict[Row, Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.generator = random.Random(self.seed)  # noqa: S311 - a reproducible choice
        # What a row may say is the build's affair; here it says anything.
        self.connection.execute(_UNRULED)
        self.columns = {
            table: self.connection.execute(_COLUMNS, {"serving": f"serving.{table}"}).fetchall()
            for table in PUBLISHED_TABLES
        }
        self.tables = {table: {} for table in PUBLISHED_TABLES}

    def build(self) -> None:
        """Change some tables; as a build does, say from which day on those kept by day may differ."""
        is_late = self.generator.random() < 0.5
        for table in PUBLISHED_TABLES:
            if self.generator.random() < 0.6 and not (is_late and table in KEPT_TABLES):
                self._change(table)
        self.connection.execute(
            "update intermediate.int_changes__first_day set unpublished_from = %s",
            ["infinity" if is_late else "-infinity"],
        )

    def _change(self, table: str) -> None:
        rows = self.tables[table]
        for key in [key for key in rows if self.generator.random() < 0.2]:
            del rows[key]
        for _ in range(self.generator.randrange(MOST_ROWS)):
            row = tuple(self._value(type_name) for _, type_name, _ in self.columns[table])
            key = tuple(
                value for value, (_, _, is_key) in zip(row, self.columns[table], strict=True) if is_key
            )
            rows[key] = row
        self.connection.execute(sql.SQL("truncate build.{}").format(sql.Identifier(table)))
        insert = sql.SQL("insert into build.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in self.columns[table]),
            sql.SQL(", ").join(sql.SQL("%s::" + type_name) for _, type_name, _ in self.columns[table]),
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(insert, list(rows.values()))

    def _value(self, type_name: str) -> str:
        value = VALUES.get(type_name.removesuffix("[]"), str)(self.generator.randrange(DISTINCT))
        return f"{{{value}}}" if type_name.endswith("[]") else value
