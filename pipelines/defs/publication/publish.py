from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pipelines.defs.publication.tables import PUBLISHED_TABLES, Change, copy_table

# Any number will do, as long as nothing else in this database takes it.
_PUBLISHING = 7_204_002

_RECORD = """
    insert into serving.publications (
        data_as_of, watermark, run_id, code_version, row_counts, check_results
    )
    select run_window.as_of, run_window.watermark, %(run_id)s, %(code_version)s, %(row_counts)s, %(checks)s
    from intermediate.int_run__window as run_window
    returning publication_id, data_as_of
"""
_POINT = """
    insert into serving.current_publication (publication_id) values (%s)
    on conflict (only_row) do update set publication_id = excluded.publication_id
"""
# As text: Python has no date before all others.
_UNPUBLISHED = """
    select nullif(unpublished_from, '-infinity')::text from intermediate.int_changes__first_day
"""
_ALL_PUBLISHED = "update intermediate.int_changes__first_day set unpublished_from = 'infinity'"


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
    replace_all: bool = False,
) -> Publication:
    """Copy every build table over its published twin and point at the new publication.

    Everything happens in the caller's transaction: readers see the last publication until it commits
    and this one afterwards. Called again after a crash, it starts from the last publication.

    Args:
        connection: Inside a transaction that the caller commits.
        run_id: Run that built the tables.
        code_version: Version of this code.
        check_results: What the run's checks found, kept with the publication.
        replace_all: Delete and insert every row instead of those that differ.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [_PUBLISHING])
    connection.execute("set local work_mem = '128MB'")
    # A published table that grows while it is compared has no statistics yet: the planner would take
    # it for empty and scan all of it again for every row.
    connection.execute("set local enable_nestloop = off")
    since = _unpublished_from(connection)
    changes = {
        table: copy_table(connection, table, since=since, replace_all=replace_all)
        for table in PUBLISHED_TABLES
    }
    connection.execute(_ALL_PUBLISHED)
    recorded = connection.execute(
        _RECORD,
        {
            "run_id": run_id,
            "code_version": code_version,
            "row_counts": Jsonb({table: change.rows for table, change in changes.items()}),
            "checks": Jsonb(dict(check_results)),
        },
    ).fetchone()
    if recorded is None:
        message = "No run window has been built, so there is nothing to publish: build the warehouse first."
        raise LookupError(message)
    publication_id, data_as_of = recorded
    connection.execute(_POINT, [publication_id])
    return Publication(publication_id=publication_id, data_as_of=data_as_of, changes=changes)


def _unpublished_from(connection: psycopg.Connection) -> str | None:
    """The first day that may differ from what is published; None when all of them may."""
    row = connection.execute(_UNPUBLISHED).fetchone()
    return row[0] if row else None
