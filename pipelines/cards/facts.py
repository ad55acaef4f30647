"""What the ledger of forecasts and the registry of trainings say of each model of this desk."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

VOLUME, TREND = "ticket_volume", "resolution_trend"
KINDS = (VOLUME, TREND, "sla_risk", "resolution_time")
HISTORY = 14
SERIES = 12

_DECISION = """
    select model_run_id, promoted_at, promoted_by, is_held, reason
    from ml.model_promotion where kind = %(kind)s
    order by promotion_id desc limit 1
"""
_TRAININGS = """
    select
        model_run_id, model_version, code_version, trained_at, data_from, data_to, tickets, seed, metrics,
        baseline_metrics, fallback, warnings
    from ml.model_run where kind = %(kind)s and (%(run)s::bigint is null or model_run_id = %(run)s)
    order by model_run_id desc limit %(limit)s
"""
_TOLD = """
    select
        count(*) as predictions, count(distinct task_id) as tickets,
        min(predicted_on) as first_day, max(predicted_on) as last_day
    from ml.ticket_prediction
    where case %(kind)s when 'sla_risk' then breach_probability else remaining_hours end is not null
"""
_RUNS = """
    select
        run.run_id, run.model_version, run.trained_at, run.data_as_of, run.params,
        count(series.series_key) as series, count(*) filter (where series.fallback) as fallbacks,
        max((series.quality ->> 'wape')::float8) filter (
            where num_nonnulls(department, category, sub_category, workflow_id, priority) = 0
        ) as wape,
        run.run_id in (
            select max(run_id) from serving.forecast_series
            union all
            select max(run_id) from serving.resolution_forecast
        ) as is_served
    from ml.forecast_run as run left join ml.forecast_series as series using (run_id)
    where run.kind = %(kind)s
    group by run.run_id
    order by run.run_id desc limit %(limit)s
"""
_SERIES = """
    select
        case
            when num_nonnulls(department, category, sub_category, workflow_id, priority) = 0
                then 'all tickets'
            else concat_ws(
                ', ', 'department ' || department, 'category ' || category, 'sub-category ' || sub_category,
                'workflow ' || workflow_id, 'priority ' || priority
            )
        end as name,
        champion, fallback, train_start, train_end, n_obs, quality, warnings
    from ml.forecast_series as series
    left join lateral (
        select sum(predicted) as expected from ml.forecast_point as point
        where point.run_id = series.run_id and point.series_key = series.series_key and granularity = 'daily'
    ) as point on true
    where run_id = %(run)s
    order by expected desc nulls last, name
    limit %(limit)s
"""
# Of all tickets: the parts add up to it.
_SCORES = """
    select
        case when days_ahead <= 7 then '1 to 7' else '8 to 28' end as days_ahead,
        count(*) as days, avg(abs(predicted - actual)) as mae, avg(predicted - actual) as bias,
        avg(abs(seasonal_naive - actual)) as seasonal_naive, avg(abs(weekday_mean - actual)) as weekday_mean,
        avg((actual between lower_80 and upper_80)::integer)::float8 as held_80,
        avg((actual between lower_90 and upper_90)::integer)::float8 as held_90,
        avg((actual between lower_95 and upper_95)::integer)::float8 as held_95
    from serving.forecast_scores
    where series_key = (
        select series_key from ml.forecast_series
        where num_nonnulls(department, category, sub_category, workflow_id, priority) = 0
        order by run_id desc limit 1
    )
    group by 1
    order by 1
"""


def read_facts(connection: psycopg.Connection, kind: str) -> dict[str, Any]:
    """What the card of one of `KINDS` tells; `history` is empty where nothing was trained."""
    is_forecast = kind in {VOLUME, TREND}
    return {"kind": kind, **(_read_forecasts if is_forecast else _read_model)(connection, kind)}


def _read_forecasts(connection: psycopg.Connection, kind: str) -> dict[str, Any]:
    history = _rows(connection, _RUNS, kind=kind, limit=HISTORY)
    if not history:
        return {"history": []}
    series = _rows(connection, _SERIES, run=history[0]["run_id"], limit=SERIES)
    coverage = series[0]["quality"].get("coverage", {}) if series else {}
    return {
        "history": history,
        "series": series,
        "scores": _rows(connection, _SCORES) if kind == VOLUME else [],
        "bands": [
            {
                "label": f"{float(level):.0%} in backtests".replace("%", " %"),
                "said": float(level),
                "held": held,
            }
            for level, held in sorted(coverage.items())
        ],
    }


def _read_model(connection: psycopg.Connection, kind: str) -> dict[str, Any]:
    history = _rows(connection, _TRAININGS, kind=kind, run=None, limit=HISTORY)
    if not history:
        return {"history": []}
    decision = next(iter(_rows(connection, _DECISION, kind=kind)), None)
    run_id = decision["model_run_id"] if decision else None
    served = _rows(connection, _TRAININGS, kind=kind, run=run_id, limit=1)[0] if run_id else None
    shown = served or history[0]
    issued = next((run["metrics"]["issued"] for run in history if "issued" in run["metrics"]), None)
    return {
        "history": history,
        "decision": decision,
        "served": served,
        "shown": shown,
        "issued": issued,
        "told": _rows(connection, _TOLD, kind=kind)[0],
        "inputs": history[0]["metrics"].get("inputs"),
        "bands": _bands(shown["metrics"], issued or {}),
        "reliability": shown["metrics"].get("reliability", []),
    }


def _bands(metrics: dict[str, Any], issued: dict[str, Any]) -> list[dict[str, Any]]:
    """What sets and bands were said to hold, and held."""
    found = [
        ("unseen tickets", 0.8, metrics.get("coverage_80")),
        ("unseen tickets", 0.9, metrics.get("coverage_90", metrics.get("set_coverage"))),
        ("issued", 0.8, issued.get("coverage_80")),
    ]
    return [{"label": label, "said": said, "held": held} for label, said, held in found if held is not None]


def _rows(connection: psycopg.Connection, statement: str, **parameters: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, parameters).fetchall()
