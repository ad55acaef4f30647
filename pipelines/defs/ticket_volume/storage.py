from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from ml.forecast import POINT_COLUMNS, Forecast
from ml.ticket_volume import VolumeModel
from ml.ticket_volume.hours import SIZES, HourlyForecast
from pipelines.defs.ticket_volume.series import VolumeSeries

_VOLUME = """
    select
        series_key, day::timestamp as day,
        department, category, sub_category, workflow_id, priority, ticket_count
    from marts.ticket_volume
    order by series_key, day
"""
_HOURS = """
    select series_key, day::timestamp as day, tickets_by_hour as counts
    from marts.ticket_volume_by_hour
    where series_key = any(%s)
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
_SERIES_HOURS = """
    insert into ml.forecast_hours (
        run_id, series_key, starts_on, predicted, sizes, half_widths, quality, warnings
    )
    values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_POINTS = """
    copy ml.forecast_point (
        run_id, series_key, granularity, ds, predicted,
        lower_80, upper_80, lower_90, upper_90, lower_95, upper_95
    )
    from stdin
"""

Filters = dict[str, Any]
_PAST = "copy ml.forecast_backtest (run_id, series_key, ds, predicted) from stdin"


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


def read_hours(connection: psycopg.Connection, series: Sequence[VolumeSeries]) -> dict[UUID, pd.DataFrame]:
    """Hourly tickets of each series, a row per day that had any."""
    rows = connection.execute(_HOURS, [[each.series_key for each in series]]).fetchall()
    frame = pd.DataFrame(rows, columns=["series_key", "day", "counts"])
    return dict(tuple(frame.groupby("series_key")))


def read_holidays(connection: psycopg.Connection) -> list[date]:
    """Days off of the calendar that most tickets are counted by, past and future."""
    return [day for (day,) in connection.execute("select day from marts.days_off order by day")]


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


def replace_backtest(
    connection: psycopg.Connection,
    run_id: int,
    series: Sequence[VolumeSeries],
    models: Sequence[VolumeModel],
) -> int:
    """Keep what a run would have forecast of the days before it, in place of what the last one would have."""
    connection.execute("delete from ml.forecast_backtest")
    with connection.cursor() as cursor, cursor.copy(_PAST) as copy:
        for each, model in zip(series, models, strict=True):
            for day, predicted in model.served.past.items():
                copy.write_row((run_id, each.series_key, day, predicted))
    return sum(len(model.served.past) for model in models)


def write_hours(
    connection: psycopg.Connection,
    run_id: int,
    series: Sequence[VolumeSeries],
    hours: Sequence[HourlyForecast],
) -> None:
    """Add the hours of a run's series, before it is sealed."""
    with connection.cursor() as cursor:
        rows = [_hours_row(run_id, *pair) for pair in zip(series, hours, strict=True)]
        cursor.executemany(_SERIES_HOURS, rows)


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


def _hours_row(run_id: int, series: VolumeSeries, hours: HourlyForecast) -> tuple[object, ...]:
    return (
        run_id,
        series.series_key,
        hours.starts_on,
        hours.predicted.ravel().tolist(),
        SIZES.tolist(),
        hours.half_widths.ravel().tolist(),
        Jsonb(hours.quality),
        Jsonb(hours.warnings),
    )
