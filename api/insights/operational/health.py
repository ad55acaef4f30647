"""The health score: what each alert takes off a hundred."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from api.insights.operational.enums import AlertType, Severity

POINTS = {Severity.CRITICAL: 15, Severity.WARNING: 5, Severity.INFO: 1}


def summarise(alerts: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = Counter(alert["severity"] for alert in alerts)
    return {
        "total_alerts": counts.total(),
        **{f"{severity}_count": counts[severity] for severity in Severity},
    }


def score_parts(alerts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Points that each type of alert takes; all of them together are 100 minus the score not yet clamped."""
    counts = Counter((alert["type"], alert["severity"]) for alert in alerts)
    return [
        {
            "type": kind,
            **{f"{severity}_count": counts[kind, severity] for severity in Severity},
            "points": sum(points * counts[kind, severity] for severity, points in POINTS.items()),
        }
        for kind in AlertType
    ]


def score(parts: Iterable[Mapping[str, Any]]) -> int:
    """From 0 to 100: 100 - 15 per critical alert, 5 per warning, 1 per information."""
    points: int = sum(part["points"] for part in parts)
    return max(0, 100 - points)
