"""The runs that trained models and issued forecasts, as the ledger has them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

_RUNS = """
select
    run.run_id, run.kind, run.model_version, run.trained_at, run.data_as_of,
    count(series.series_key) as series,
    count(series.series_key) filter (where series.fallback) as fallbacks,
    max((series.quality ->> 'wape')::float8) filter (
        where num_nonnulls(department, category, sub_category, workflow_id, priority) = 0
    ) as wape,
    coalesce(run.run_id in (
        select max(run_id) from serving.forecast_series
        union all
        select max(run_id) from serving.resolution_forecast
    ), false) as is_served
from ml.forecast_run as run left join ml.forecast_series as series using (run_id)
where %(run_id)s::bigint is null or run.run_id = %(run_id)s
group by run.run_id
order by run.run_id desc
limit %(limit)s
"""
_SERIES = """
select
    jsonb_strip_nulls(jsonb_build_object(
        'department', department, 'category', category, 'sub_category', sub_category,
        'workflow_id', workflow_id, 'priority', priority
    )) as filters,
    champion, fallback, train_start, train_end, n_obs, quality, warnings
from ml.forecast_series
where run_id = %s
order by num_nonnulls(department, category, sub_category, workflow_id, priority), n_obs desc, series_key
"""


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One run; `wape` is the error in backtests of its forecast of all tickets."""

    run_id: int
    kind: str
    model_version: str
    trained_at: datetime
    data_as_of: datetime
    series: int
    fallbacks: int
    wape: float | None
    is_served: bool


def list_runs(url: str, limit: int) -> list[ModelRun]:
    """The newest runs, newest first."""
    with psycopg.connect(url) as connection:
        return _read_runs(connection, run_id=None, limit=limit)


def find_run(url: str, run_id: int) -> tuple[ModelRun, list[dict[str, Any]]] | None:
    """One run and its series, if there is such a run."""
    with psycopg.connect(url) as connection:
        found = _read_runs(connection, run_id=run_id, limit=1)
        if not found:
            return None
        with connection.cursor(row_factory=dict_row) as cursor:
            return found[0], cursor.execute(_SERIES, [run_id]).fetchall()


def _read_runs(connection: psycopg.Connection, *, run_id: int | None, limit: int) -> list[ModelRun]:
    with connection.cursor(row_factory=class_row(ModelRun)) as cursor:
        return cursor.execute(_RUNS, {"run_id": run_id, "limit": limit}).fetchall()
