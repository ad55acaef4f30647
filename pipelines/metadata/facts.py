"""What is told of each materialization beside what its own step knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dagster as dg
import psycopg

from pipelines.metadata.tables import TableFacts, read_columns, read_table_facts
from pipelines.resources.postgres import Postgres

_BUILD = """
    select
        run_window.as_of,
        run_window.watermark::text,
        case
            when isfinite(changes.first_day) then changes.first_day::text
            when changes.first_day is not null then 'all days'
        end
    from intermediate.int_run__window as run_window
    left join intermediate.int_changes__first_day as changes on true
"""

Metadata = dict[str, Any]


@dataclass(frozen=True)
class Build:
    """What the tables of `build` were last made of; `first_changed_day` is None before anything was."""

    as_of: datetime
    watermark: str
    first_changed_day: str | None


@dataclass(frozen=True)
class Facts:
    """Of the build, and by asset of the tables; those that could not be read are left out."""

    build: Build | None = None
    tables: Mapping[dg.AssetKey, TableFacts] = field(default_factory=dict)
    columns: Mapping[dg.AssetKey, dg.TableSchema] = field(default_factory=dict)

    def describe(self, key: dg.AssetKey, rows: int | None = None) -> Metadata:
        """Metadata of one asset.

        Args:
            key: Of the asset.
            rows: How many it has, where the step that made it knows.
        """
        table = self.tables.get(key)
        return {**self._build(), **self._columns(key), **_rows(table, rows), **_window(table)}

    def _build(self) -> Metadata:
        if self.build is None:
            return {}
        told: Metadata = {
            "data_as_of": dg.MetadataValue.timestamp(self.build.as_of),
            "watermark": self.build.watermark,
        }
        if self.build.first_changed_day is not None:
            told["first_changed_day"] = self.build.first_changed_day
        return told

    def _columns(self, key: dg.AssetKey) -> Metadata:
        return {"dagster/column_schema": self.columns[key]} if key in self.columns else {}


def look_at(
    postgres: Postgres, tables: Collection[dg.AssetKey], *, columns_of: Collection[dg.AssetKey] = ()
) -> Facts:
    """Read what the database says of the build and of these tables.

    Nothing where it does not answer at once: what is told of a run must not stop it.
    """
    try:
        with postgres.transaction() as connection:
            return Facts(
                tables=read_table_facts(connection, tables),
                columns=read_columns(connection, columns_of),
                build=_read_build(connection),
            )
    except psycopg.Error:
        return Facts()


def _read_build(connection: psycopg.Connection) -> Build | None:
    row = connection.execute(_BUILD).fetchone()
    return Build(*row) if row else None


def _rows(table: TableFacts | None, rows: int | None) -> Metadata:
    if rows is not None:
        return {"dagster/row_count": rows}
    if table is None:
        return {}
    return {"rows_estimated" if table.is_estimate else "dagster/row_count": table.rows}


def _window(table: TableFacts | None) -> Metadata:
    window = table.window if table else None
    if window is None:
        return {}
    told = {"window_column": window.column, "window_first": window.first, "window_last": window.last}
    return {**told, "window_estimated": True} if window.is_estimate else told
