from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pipelines.defs.publication.past import KEPT_PUBLICATIONS, forget_past
from pipelines.defs.publication.tables import PUBLISHED_TABLES, Change, copy_table

# Any number will do, as long as nothing else in this database takes it.
_PUBLISHING = 7_204_002

# Taken beforehand: rows are told the publication that they come and go with.
_NUMBER = "select nextval(pg_get_serial_sequence('serving.publications', 'publication_id'))"
# Published when all is done and not when it began: until then readers see the last one.
_RECORD = """
    insert into serving.publications (
        publication_id, published_at, data_as_of, watermark, run_id, code_version, row_counts, check_results
    )
    overriding system value
    select
        %(publication_id)s, clock_timestamp(), run_window.as_of, run_window.watermark, %(run_id)s,
        %(code_version)s, %(row_counts)s, %(checks)s
    from intermediate.int_run__window as run_window
    returning data_as_of
"""
# A column that is built and cannot be published would be missed by nobody but its readers.
_WITHOUT_A_PLACE = """
    select string_agg(built.relname || '.' || attribute.attname, ', ' order by built.relname, attnum)
    from pg_class as built
    inner join pg_attribute as attribute on attribute.attrelid = built.oid
    where
        built.relnamespace = 'build'::regnamespace and built.relname = any(%s)
        and attribute.attnum > 0 and not attribute.attisdropped
        and not exists (
            select from pg_class as published
            inner join pg_attribute as place on place.attrelid = published.oid
            where
                published.relnamespace = 'serving'::regnamespace and published.relname = built.relname
                and place.attname = attribute.attname and not place.attisdropped
        )
"""
_POINT = """
    insert into serving.current_publication (publication_id) values (%s)
    on conflict (only_row) do update set publication_id = excluded.publication_id
"""
# As text: Python has no date before all others.
_UNPUBLISHED = """
    select nullif(unpublished_from, '-infinity')::text from intermediate.int_changes__first_day
"""
ALL_PUBLISHED = "update intermediate.int_changes__first_day set unpublished_from = 'infinity'"


@dataclass(frozen=True)
class Publication:
    publication_id: int
    data_as_of: datetime
    changes: Mapping[str, Change]


def publish(
    connection: psycopg.Connection,
    *,
    run_id: str,
    code_version: str,
    check_results: Mapping[str, Any],
    compare_all: bool = False,
    kept: int = KEPT_PUBLICATIONS,
) -> Publication:
    """Copy every build table over its published twin and point at the new publication.

    Everything happens in the caller's transaction: readers see the last publication until it commits
    and this one afterwards. Called again after a crash, it starts from the last publication.

    Args:
        connection: Inside a transaction that the caller commits.
        run_id: Run that built the tables.
        code_version: Version of this code.
        check_results: What the run's checks found, kept with the publication.
        compare_all: Whether to compare every row, also of days that the build says cannot differ.
        kept: How many publications can be asked for afterwards, this one among them.

    Raises:
        LookupError: Nothing has been built, or something that the published tables have no column for.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [_PUBLISHING])
    _refuse_what_has_no_place(connection)
    connection.execute("set local work_mem = '128MB'")
    # A published table that grows while it is compared has no statistics yet: the planner would take
    # it for empty and scan all of it again for every row.
    connection.execute("set local enable_nestloop = off")
    since = None if compare_all else _unpublished_from(connection)
    publication_id = _take_number(connection)
    changes = {
        table: copy_table(connection, table, publication_id, since=since) for table in PUBLISHED_TABLES
    }
    connection.execute(ALL_PUBLISHED)
    recorded = connection.execute(
        _RECORD,
        {
            "publication_id": publication_id,
            "run_id": run_id,
            "code_version": code_version,
            "row_counts": Jsonb({table: change.rows for table, change in changes.items()}),
            "checks": Jsonb(dict(check_results)),
        },
    ).fetchone()
    if recorded is None:
        message = "No run window has been built, so there is nothing to publish: build the warehouse first."
        raise LookupError(message)
    connection.execute(_POINT, [publication_id])
    forget_past(connection, publication_id, kept)
    return Publication(publication_id=publication_id, data_as_of=recorded[0], changes=changes)


def _take_number(connection: psycopg.Connection) -> int:
    row = connection.execute(_NUMBER).fetchone()
    assert row is not None  # noqa: S101 - a sequence always has a next number
    return int(row[0])


def _refuse_what_has_no_place(connection: psycopg.Connection) -> None:
    row = connection.execute(_WITHOUT_A_PLACE, [list(PUBLISHED_TABLES)]).fetchone()
    if row and row[0]:
        message = f"The published tables have no place for what is built: run `sluice migrate` ({row[0]})."
        raise LookupError(message)


def _unpublished_from(connection: psycopg.Connection) -> str | None:
    """The first day that may differ from what is published; None when all of them may."""
    row = connection.execute(_UNPUBLISHED).fetchone()
    return row[0] if row else None
