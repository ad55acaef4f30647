"""What the forecasts ask for, each with the figures that it follows from."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.insights.comprehensive.enums import RecommendationType, Section, Urgency

Body = Mapping[str, Any]

# Percent by which more tickets are expected than have come.
STRONG_GROWTH, GROWTH = 20, 10
# Percent of the open tickets that are at high risk.
MANY_AT_RISK = 20
SLOW_HOURS = 24
FULL_UTILIZATION = 100


def recommend(sections: Mapping[Section, Body | None]) -> list[dict[str, Any]]:
    """From the sections that could be told, the most urgent first; where there is none, that too."""
    found = [
        *_capacity(sections.get(Section.VOLUME)),
        *_staffing(sections.get(Section.WORKLOAD)),
        *_sla(sections.get(Section.SLA_RISK)),
        *_efficiency(sections.get(Section.RESOLUTION)),
    ]
    if not found:
        message = "Nothing asks for action: tickets, times and risks are within their bounds."
        found = [_recommendation(RecommendationType.GENERAL, Urgency.LOW, message)]
    return sorted(found, key=lambda each: list(Urgency).index(each["priority"]))


def _capacity(volume: Body | None) -> Iterator[dict[str, Any]]:
    trend = None if volume is None else volume["trend_percentage"]
    if trend is None or trend <= GROWTH:
        return
    is_strong = trend > STRONG_GROWTH
    yield _recommendation(
        RecommendationType.CAPACITY,
        Urgency.HIGH if is_strong else Urgency.MEDIUM,
        f"{trend:g} % more tickets a day are expected than came: plan for more people on the desk.",
        _reason(Section.VOLUME, "trend_percentage", trend, STRONG_GROWTH if is_strong else GROWTH),
    )


def _staffing(workload: Body | None) -> Iterator[dict[str, Any]]:
    roles = [] if workload is None else workload["by_role"]
    full = [role for role in roles if (role["utilization"] or 0) > FULL_UTILIZATION]
    if full:
        names = ", ".join(role["role"] for role in full)
        yield _recommendation(
            RecommendationType.CAPACITY,
            Urgency.HIGH,
            f"More work is expected than there are hours for {names}: add people or move work.",
            *(_overload(role) for role in full),
        )


def _overload(role: Body) -> dict[str, Any]:
    use = role["utilization"]
    return _reason(Section.WORKLOAD, "utilization", use, FULL_UTILIZATION, subject=role["role"])


def _sla(risk: Body | None) -> Iterator[dict[str, Any]]:
    if risk is None or not risk["high_risk_count"]:
        return
    share, count = risk["high_risk_percentage"], risk["high_risk_count"]
    if share > MANY_AT_RISK:
        reason = _reason(Section.SLA_RISK, "high_risk_percentage", share, MANY_AT_RISK)
    else:
        reason = _reason(Section.SLA_RISK, "high_risk_count", count, 0)
    tickets = "1 open ticket is" if count == 1 else f"{count} open tickets are"
    yield _recommendation(
        RecommendationType.SLA,
        Urgency.HIGH if share > MANY_AT_RISK else Urgency.MEDIUM,
        f"{tickets} likely to miss the SLA: take them first.",
        reason,
    )


def _efficiency(resolution: Body | None) -> Iterator[dict[str, Any]]:
    hours = None if resolution is None else resolution["average_hours"]
    if hours is not None and hours > SLOW_HOURS:
        yield _recommendation(
            RecommendationType.EFFICIENCY,
            Urgency.MEDIUM,
            f"Tickets take {hours:g} hours on average, holds left out: look for the slowest steps.",
            _reason(Section.RESOLUTION, "average_hours", hours, SLOW_HOURS),
        )


def _recommendation(
    kind: RecommendationType, urgency: Urgency, message: str, *reasons: Mapping[str, Any]
) -> dict[str, Any]:
    return {"type": kind, "priority": urgency, "message": message, "reasons": list(reasons)}


def _reason(
    section: Section, field: str, value: float, threshold: float, *, subject: str | None = None
) -> dict[str, Any]:
    return {"section": section, "field": field, "subject": subject, "value": value, "threshold": threshold}
