from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from ml.forecast import POINT_COLUMNS, Forecast

_VOLUME = """
    select
        series_key, day::timestamp as day,
        department, category, sub_category, workflow_id, priority, ticket_count
    from marts.ticket_volume
    order by series_key, day
"""
_RUN = """
    insert into ml.forecast_run (kind, model_version, trained_at, data_as_of, params)
    values (%s, %s, now(), %s, %s)
    returning run_id
"""
_SERIES = """
    insert into ml.forecast_series (
        run_id, series_key, department, category, sub_category, workflow_id, priority, champion, fallback,
        train_start, train_end, n_obs, quality, warnings
    )
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_POINTS = """
    copy ml.forecast_point (
        run_id, series_key, granularity, ds, predicted,
        lower_80, upper_80, lower_90, upper_90, lower_95, upper_95
    )
    from stdin
"""

Filters = dict[str, Any]


def read_volume(connection: psycopg.Connection) -> tuple[pd.DataFrame, datetime]:
    """Daily tickets per series, and the instant up to which they were counted."""
    window = connection.execute("select as_of from intermediate.int_run__window").fetchone()
    if window is None:
        message = (
            "No run window has been built, so there is no volume to learn from: build the warehouse first."
        )
        raise LookupError(message)
    cursor = connection.execute(_VOLUME)
    columns = [column.name for column in cursor.description or ()]
    return pd.DataFrame(cursor.fetchall(), columns=columns), window[0]


def write_run(
    connection: psycopg.Connection,
    forecasts: Sequence[tuple[UUID, Filters, Forecast]],
    *,
    kind: str,
    data_as_of: datetime,
    model_version: str,
    params: dict[str, int],
) -> int:
    """Add one forecast run with its series and points; the caller's transaction makes it visible whole."""
    row = connection.execute(_RUN, [kind, model_version, data_as_of, Jsonb(params)]).fetchone()
    run_id: int = row[0] if row else 0
    with connection.cursor() as cursor:
        cursor.executemany(_SERIES, [_series_row(run_id, *each) for each in forecasts])
        with cursor.copy(_POINTS) as copy:
            for series_key, _, forecast in forecasts:
                for point in forecast.points[list(POINT_COLUMNS)].itertuples(index=False):
                    copy.write_row((run_id, series_key, *point))
    return run_id


def _series_row(run_id: int, series_key: UUID, filters: Filters, forecast: Forecast) -> tuple[object, ...]:
    workflow_id = filters.get("workflow_id")
    return (
        run_id,
        series_key,
        filters.get("department"),
        filters.get("category"),
        filters.get("sub_category"),
        None if workflow_id is None else int(workflow_id),
        filters.get("priority"),
        forecast.champion,
        forecast.fallback,
        forecast.train_start,
        forecast.train_end,
        forecast.n_obs,
        Jsonb(forecast.quality),
        Jsonb(forecast.warnings),
    )
