"""The five forecasts in short: figures of their own answers, and one ratio of two of them."""

from collections.abc import Callable, Mapping
from typing import Any

from api.insights.comprehensive.enums import Section

Body = Mapping[str, Any]
DAYS_TOLD = 7

FIELDS = {
    Section.VOLUME: "volume_forecast",
    Section.RESOLUTION: "resolution_time_forecast",
    Section.CATEGORY: "category_forecast",
    Section.SLA_RISK: "sla_risk_summary",
    Section.WORKLOAD: "workload_forecast",
}


def shorten(section: Section, address: str, body: Body) -> dict[str, Any]:
    """What is told of an answer, and where the rest of it is."""
    return {"answer": address, "fallback": body["fallback"], **_SHORTENED[section](body)}


def _volume(body: Body) -> dict[str, Any]:
    summary = body["summary"]
    before, ahead = summary["historical_average"], summary["forecast_average"]
    return {
        "historical_daily_avg": before,
        "forecast_daily_avg": ahead,
        "trend_percentage": round(100 * (ahead - before) / before, 2)
        if before and ahead is not None
        else None,
        "trend_direction": summary["trend_direction"],
        "next_7_days": [
            {
                "date": day["date"],
                "predicted": day["predicted_count"],
                "lower": day["confidence_lower"],
                "upper": day["confidence_upper"],
            }
            for day in body["forecasts"][:DAYS_TOLD]
        ],
    }


def _resolution(body: Body) -> dict[str, Any]:
    overall = body["overall_statistics"]
    return {
        **{name: overall[name] for name in ("average_hours", "median_hours", "predicted_hours")},
        "predicted_range": {"min": overall["percentile_10"], "max": overall["percentile_90"]},
    }


def _category(body: Body) -> dict[str, Any]:
    told = ("category", "historical_weekly_avg", "forecast_weekly_avg", "trend_percentage", "trend_direction")
    return {"categories": [{name: row[name] for name in told} for row in body["category_forecasts"]]}


def _risk(body: Body) -> dict[str, Any]:
    summary = body["summary"]
    return {
        "total_open": summary["total_open_tasks"],
        "breached_count": summary["breached_count"],
        "high_risk_count": summary["high_risk_count"],
        "high_risk_percentage": body["risk_distribution"]["high"],
    }


def _workload(body: Body) -> dict[str, Any]:
    told = ("role", "predicted_hours", "capacity_hours", "utilization", "recommended_agents", "agents")
    return {
        "busiest_day": body["patterns"]["busiest_day"],
        "peak_hours": body["patterns"]["peak_hours"],
        "by_role": [{name: row[name] for name in told} for row in body["by_role"]],
    }


_SHORTENED: Mapping[Section, Callable[[Body], dict[str, Any]]] = {
    Section.VOLUME: _volume,
    Section.RESOLUTION: _resolution,
    Section.CATEGORY: _category,
    Section.SLA_RISK: _risk,
    Section.WORKLOAD: _workload,
}
