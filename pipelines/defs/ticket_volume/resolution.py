"""How long tickets will take: what is learnt from, and the run in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pandas as pd
import psycopg

from ml.forecast import Forecast
from ml.resolution_trend import HORIZON_DAYS, all_candidates, forecast_trend
from pipelines.defs.ticket_volume.ledger import seal_run
from pipelines.defs.ticket_volume.storage import write_run
from pipelines.resources.frames import read_frame

_TICKETS = """
    select
        task_id, created_at, coalesce(cancelled_at, resolved_at) as ended_at,
        resolution_seconds is not null as is_resolved
    from marts.fct_tickets
    where created_at > as_of - interval '365 days'
    order by task_id
"""
_HOLDS = """
    select intervals.task_id, intervals.started_at as held_at, intervals.ended_at as resumed_at
    from marts.fct_status_intervals as intervals
    inner join marts.fct_tickets as tickets using (task_id)
    where intervals.status = 'on_hold' and tickets.created_at > tickets.as_of - interval '365 days'
"""
_TOTAL = "select serving.series_key(null, null, null, null, null)"


@dataclass(frozen=True)
class Resolutions:
    """A year of tickets and the times they were on hold, as `ml.resolution_trend` takes them.

    `total` is the key of the series of all tickets.
    """

    total: UUID
    tickets: pd.DataFrame
    holds: pd.DataFrame


def read_resolutions(connection: psycopg.Connection) -> Resolutions:
    tickets = read_frame(connection, _TICKETS)
    holds = read_frame(connection, _HOLDS)
    places = pd.Series(range(len(tickets)), index=tickets["task_id"], dtype="int64")
    row = connection.execute(_TOTAL).fetchone()
    assert row is not None  # noqa: S101 - a function returns a row
    return Resolutions(
        total=row[0],
        tickets=tickets.drop(columns="task_id"),
        holds=holds.assign(ticket=holds["task_id"].map(places)).drop(columns="task_id"),
    )


def forecast_resolutions(resolutions: Resolutions, *, as_of: datetime, seed: int) -> Forecast:
    """How long the tickets of the days to come will take."""
    return forecast_trend(
        resolutions.tickets, resolutions.holds, as_of=as_of, candidates=all_candidates(seed)
    )


def write_resolutions(
    connection: psycopg.Connection,
    resolutions: Resolutions,
    trend: Forecast,
    *,
    data_as_of: datetime,
    seed: int,
) -> None:
    """Add the forecast to the ledger, as a sealed run of its own."""
    run_id = write_run(
        connection,
        [(resolutions.total, {}, trend)],
        kind="resolution_trend",
        data_as_of=data_as_of,
        model_version=trend.model_version,
        params={"horizon_days": HORIZON_DAYS, "seed": seed},
    )
    seal_run(connection, run_id)
