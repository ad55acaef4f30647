"""Comparing what increments have published with what was built anew, at the same facts."""

from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pipelines.defs.publication.tables import columns_of, key_of

_COMPARE = """
    with differing as (
        select
            jsonb_build_object({named_key}) as key,
            published.{first} is null as is_missing,
            built.{first} is null as is_surplus
        from build.{table} as built
        full join serving.{table} as published using ({key})
        where ({built_row}) is distinct from ({published_row})
    ),

    listed as (
        select key from differing order by key::text limit 5
    )

    select
        (select count(*) from build.{table}),
        count(*) filter (where is_missing),
        count(*) filter (where is_surplus),
        count(*) filter (where not is_missing and not is_surplus),
        coalesce((select jsonb_agg(key) from listed), '[]')
    from differing
"""
_RECORD = """
    insert into serving.rebuild_comparisons (run_id, table_name, rows, missing, surplus, changed, examples)
    values (%(run_id)s, %(table)s, %(rows)s, %(missing)s, %(surplus)s, %(changed)s, %(examples)s)
    on conflict (run_id, table_name) do nothing
"""
# A year of weeks: long past, they explain nothing any more.
_FORGET = "delete from serving.rebuild_comparisons where compared_at < now() - interval '1 year'"


@dataclass(frozen=True)
class Comparison:
    """How one published table differs from what was built anew.

    `missing` rows are only in the rebuilt table, `surplus` rows only in the published one, `changed` in both
    with other values; `examples` are keys of at most five of them.
    """

    table: str
    rows: int
    missing: int
    surplus: int
    changed: int
    examples: list[dict[str, Any]]

    @property
    def differing(self) -> int:
        return self.missing + self.surplus + self.changed


def compare_table(connection: psycopg.Connection, table: str) -> Comparison:
    """Count the rows of `serving.<table>` that are not those of `build.<table>`."""
    columns, key = columns_of(connection, table), key_of(connection, table)
    statement = sql.SQL(_COMPARE).format(
        table=sql.Identifier(table),
        first=sql.Identifier(key[0]),
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
        named_key=sql.SQL(", ").join(
            sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name)) for name in key
        ),
        built_row=sql.SQL(", ").join(sql.Identifier("built", column) for column in columns),
        published_row=sql.SQL(", ").join(sql.Identifier("published", column) for column in columns),
    )
    found = connection.execute(statement).fetchone()
    if found is None:
        message = f"The comparison of {table} gave no row."
        raise LookupError(message)
    return Comparison(table, *found)


def record_comparisons(connection: psycopg.Connection, run_id: str, found: list[Comparison]) -> None:
    """Keep what the rebuild found, of tables without a difference too."""
    for comparison in found:
        values = asdict(comparison) | {"run_id": run_id, "examples": Jsonb(comparison.examples)}
        connection.execute(_RECORD, values)
    connection.execute(_FORGET)
