"""Runs whose process is gone without a word: killed, or lost with its machine.

Dagster asks its own code server about the runs that it has started, and nobody about a run of a command, or
of a code server that was killed as well. A run that lives holds a session in the database, or waits for one.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
from psycopg.types.json import Jsonb

from pipelines.defs.publication.failures import RECORD_FAILURE
from pipelines.resources.build_lock import SESSION_OF_RUN

# Longer than a run takes to reach the database, and to be back after a restart of the server.
_GRACE = timedelta(seconds=60)
_LIVING = "select substr(application_name, %s) from pg_stat_activity where starts_with(application_name, %s)"
KILLED = "The process of the run is gone without a word: it was killed, or its machine stopped."


def is_lost(connection: psycopg.Connection, run_id: str) -> bool:
    """Whether no session in the database is that of the run."""
    living = connection.execute(_LIVING, [len(SESSION_OF_RUN) + 1, SESSION_OF_RUN])
    return run_id not in {living_id for (living_id,) in living}


def end_lost_runs(instance: dg.DagsterInstance, connection: psycopg.Connection) -> list[str]:
    """Mark runs as failed whose process is gone, so that the next one need not wait for them.

    Returns their ids.
    """
    ended = []
    started = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    latest = (datetime.now(UTC) - _GRACE).timestamp()
    for record in started:
        run = record.dagster_run
        if (record.start_time or latest) < latest and is_lost(connection, run.run_id):
            instance.report_run_failed(run, KILLED)
            connection.execute(RECORD_FAILURE, [run.run_id, run.job_name, Jsonb([KILLED])])
            ended.append(run.run_id)
    return ended
