"""What unusual days are called, from the counts and expectations that the pipeline published."""

from collections.abc import Mapping
from typing import Any

from api.insights.operational.enums import AnomalyMetric, Severity
from api.insights.operational.limits import Limits
from api.insights.operational.usual import THRESHOLDS, Usual
from api.insights.operational.words import link, number

# From so many times the threshold on a day is critical.
CRITICAL_FACTOR = 2
TOO_LITTLE_HISTORY = "too_little_history"
BUDGET_NOT_APPLIED = "too_little_history_for_the_budget_of_alerts"

_WORDS = {
    AnomalyMetric.VOLUME: "{value} tickets, expected about {expected}",
    AnomalyMetric.CATEGORY: "{value} tickets of {dimension}, expected about {expected}",
    AnomalyMetric.USER: "{value} items for {dimension}, expected about {expected}",
    AnomalyMetric.ESCALATION: "{value} escalations, expected about {expected}",
    AnomalyMetric.STALE: "{value} tickets became stale, expected about {expected}",
}


def tell(facts: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Put the answer of `sql/anomalies.sql` into words and bounds."""
    anomalies = [_anomaly(row, limits) for row in facts["anomalies"]]
    kept = ("generated_at", "data_as_of", "publication_id", "analysis_period_days")
    lacking = {TOO_LITTLE_HISTORY: not facts["is_learned"], BUDGET_NOT_APPLIED: not facts["is_budgeted"]}
    return {
        **{name: facts[name] for name in kept},
        "daily_volumes": [_volume(row, limits) for row in facts["daily_volumes"]],
        "anomalies": anomalies,
        "anomaly_count": len(anomalies),
        "warnings": [warning for warning, is_due in lacking.items() if is_due],
        "thresholds": limits.pick(THRESHOLDS),
    }


def _volume(row: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    kept = ("date", "count", "is_holiday", "method", "expected")
    lower, upper = (None, None) if row["expected"] is None else Usual.of(row, limits).bounds()
    return {**{name: row[name] for name in kept}, "lower": lower, "upper": upper}


def _anomaly(row: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    metric, expected = AnomalyMetric(row["metric"]), row["expected"]
    lower, upper = Usual.of(row, limits).bounds()
    is_critical = abs(row["deviation"]) >= CRITICAL_FACTOR * float(limits["anomaly_z"])
    return {
        "type": metric,
        "metric": metric,
        "dimension": row["dimension"] or None,
        "user_id": row["user_id"],
        "severity": Severity.CRITICAL if is_critical else Severity.WARNING,
        "date": row["date"],
        "value": row["value"],
        "method": row["method"],
        "expected": round(expected, 2),
        "lower": lower,
        "upper": upper,
        "deviation": round(row["deviation"], 2),
        "false_alarms_per_week": row["false_alarms_per_week"],
        "description": _WORDS[metric].format(
            value=row["value"], dimension=row["dimension"], expected=number(expected)
        ),
        "drilldown": _rows(metric, row),
    }


def _rows(metric: AnomalyMetric, row: Mapping[str, Any]) -> str | None:
    """The rows counted; which tickets became stale on a day long gone is not kept."""
    days = {"start_date": row["date"], "end_date": row["date"]}
    match metric:
        case AnomalyMetric.VOLUME:
            return link("drilldown/tickets/status", days)
        case AnomalyMetric.CATEGORY:
            return link("drilldown/tickets/status", days, category=row["dimension"])
        case AnomalyMetric.USER:
            return link(f"drilldown/user/{row['user_id']}", days)
        case AnomalyMetric.ESCALATION:
            return link("drilldown/transfers", days, origin="Escalation")
        case AnomalyMetric.STALE:
            return None
