"""Which days were unusual, under the thresholds that a desk begins with."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from statistics import median
from typing import Any

import pandas as pd
import pytest

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import select

Filters = Mapping[str, Any]
DAYS, WEEKS, FEWEST_WEEKS = 90, 8, 4
ROBUST_Z, LEAST_DIFFERENCE = 3.5, 5
# The metrics that are asked for, with the filters of their own.
ASKED = {"volume": (), "category": ("category",), "user": ("user_id",), "escalation": ()}
# Of these too few are as unusual as too many.
BOTH_WAYS = ("volume", "category")


def unusual_days(metric: str, desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Complete days that differ from the same weekday of the weeks before, by day and what was counted."""
    unusual = {}
    for key, counted, begun in _series(metric, desk, filters):
        for back in range(1, DAYS + 1):
            day = desk.as_of.date() - timedelta(days=back)
            told = _judge(counted, begun, day)
            if told and (told[2] > 0 or metric in BOTH_WAYS):
                value, expected, deviation = told
                about = pytest.approx(deviation, abs=0.0051)
                unusual[day.isoformat(), key] = (value, round(expected, 2), about)
    return {"anomaly_count": len(unusual), "anomalies": unusual}


def told(answer: dict[str, Any], _: Any) -> dict[str, Any]:
    """Reduce an answer to what is expected of it."""
    rows = {
        (row["date"], row["user_id"] or row["dimension"]): (row["value"], row["expected"], row["deviation"])
        for row in answer["anomalies"]
    }
    return {"anomaly_count": answer["anomaly_count"], "anomalies": rows}


def _judge(counted: Mapping[date, int], begun: date, day: date) -> tuple[int, float, float] | None:
    before = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    known = [counted.get(earlier, 0) for earlier in before if earlier > begun]
    if len(known) < FEWEST_WEEKS:
        return None
    expected = median(known)
    spread = median(abs(value - expected) for value in known) / 0.6745
    value = counted.get(day, 0)
    deviation = (value - expected) / max(spread, max(expected, 1) ** 0.5)
    is_unusual = abs(deviation) >= ROBUST_Z and abs(value - expected) >= LEAST_DIFFERENCE
    return (value, expected, deviation) if is_unusual else None


def _series(metric: str, desk: ImportedDesk, filters: Filters) -> Iterator[tuple[Any, dict[date, int], date]]:
    """What is counted: its key, the counts by day, and its first day."""
    rows = desk.tickets if metric in BOTH_WAYS else desk.items
    begun = desk.tickets["day"].min()
    if metric == "escalation":
        rows = rows[rows["origin"] == "Escalation"]
    if metric in ("volume", "escalation"):
        yield None, _by_day(rows), begun
        return
    column = "category" if metric == "category" else "user_id"
    for key, own in select(rows, filters).groupby(column):
        yield key, _by_day(own), own["day"].min()


def _by_day(rows: pd.DataFrame) -> dict[date, int]:
    return {day: int(count) for day, count in rows["day"].value_counts().items()}
