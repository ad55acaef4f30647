"""Which days were unusual, under the thresholds that a desk begins with and without any forecast."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from math import sqrt
from statistics import median
from typing import Any, NamedTuple

import pandas as pd
import pytest

from tests.oracle.desk import ImportedDesk

Filters = Mapping[str, Any]
DAYS, WEEKS, FEWEST_WEEKS, BUDGET_DAYS = 90, 8, 4, 28
ROBUST_Z, LEAST_DIFFERENCE, ALERTS_PER_WEEK = 3.5, 5, 2
STALE_AFTER = timedelta(days=7)
# The metrics that are asked for, with the filters of their own.
ASKED: dict[str, tuple[str, ...]] = {
    "volume": (), "category": ("category",), "user": ("user_id",), "escalation": (), "stale": (),
}  # fmt: skip
# Of these too few are as unusual as too many.
BOTH_WAYS = ("volume", "category")


class Judged(NamedTuple):
    """A day of something counted, that differs enough to be told."""

    metric: str
    key: Any
    day: date
    value: int
    expected: float
    deviation: float


def unusual_days(metric: str, desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Complete days that differ from the same weekday of the weeks before, by day and what was counted."""
    chosen = set(filters.values())
    unusual = {
        (row.day.isoformat(), row.key): (
            row.value, round(row.expected, 2), pytest.approx(row.deviation, abs=0.0051)
        )
        for row in _told(desk)
        if row.metric == metric and (not chosen or row.key in chosen)
    }  # fmt: skip
    return {"anomaly_count": len(unusual), "anomalies": unusual}


def told(answer: dict[str, Any], _: Any) -> dict[str, Any]:
    """Reduce an answer to what is expected of it."""
    rows = {
        (row["date"], row["user_id"] or row["dimension"]): (row["value"], row["expected"], row["deviation"])
        for row in answer["anomalies"]
    }
    return {"anomaly_count": answer["anomaly_count"], "anomalies": rows}


@cache
def _told(desk: ImportedDesk) -> list[Judged]:
    """What the budget leaves: in the four weeks up to a day little else was as unusual."""
    today = desk.as_of.date()
    found = [row for metric in ASKED for row in _different(metric, desk)]
    judged_from = desk.tickets["day"].min() + timedelta(days=1 + 7 * FEWEST_WEEKS)
    kept = []
    for row in found:
        since = row.day - timedelta(days=BUDGET_DAYS - 1)
        as_unusual = sum(
            since <= other.day <= row.day and abs(other.deviation) >= abs(row.deviation)
            for other in found
            if other is not row
        )
        is_within = since < judged_from or as_unusual < ALERTS_PER_WEEK * BUDGET_DAYS / 7
        if row.day >= today - timedelta(days=DAYS) and is_within:
            kept.append(row)
    return kept


def _different(metric: str, desk: ImportedDesk) -> Iterator[Judged]:
    for key, counted, begun in _series(metric, desk):
        for back in range(1, DAYS + BUDGET_DAYS):
            day = desk.as_of.date() - timedelta(days=back)
            judged = _judge(counted, begun, day)
            if judged and (judged[2] > 0 or metric in BOTH_WAYS):
                yield Judged(metric, key, day, *judged)


def _judge(counted: Mapping[date, int], begun: date, day: date) -> tuple[int, float, float] | None:
    before = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    known = [counted.get(earlier, 0) for earlier in before if earlier > begun]
    if len(known) < FEWEST_WEEKS:
        return None
    expected = median(known)
    spread = median(abs(value - expected) for value in known) / 0.6745
    value = counted.get(day, 0)
    deviation = (value - expected) / max(spread, sqrt(max(expected, 1)))
    is_unusual = abs(deviation) >= ROBUST_Z and abs(value - expected) >= LEAST_DIFFERENCE
    return (value, expected, deviation) if is_unusual else None


def _series(metric: str, desk: ImportedDesk) -> Iterator[tuple[Any, Mapping[date, int], date]]:
    """What is counted: its key, the counts by day, and its first day."""
    begun = desk.tickets["day"].min()
    if metric == "stale":
        yield None, _stale_starts(desk), begun
        return
    rows = desk.tickets if metric in BOTH_WAYS else desk.items
    if metric == "escalation":
        rows = rows[rows["origin"] == "Escalation"]
    if metric in ("volume", "escalation"):
        yield None, _by_day(rows), begun
        return
    column = "category" if metric == "category" else "user_id"
    for key, own in rows.groupby(column):
        yield key, _by_day(own), own["day"].min()


def _by_day(rows: pd.DataFrame) -> dict[date, int]:
    return {day: int(count) for day, count in rows["day"].value_counts().items()}


def _stale_starts(desk: ImportedDesk) -> Counter[date]:
    """Days on which tickets became stale: so long after an event that nothing followed in time."""
    is_done = desk.tickets["status"] == "completed"
    ended = desk.tickets["cancelled_at"].fillna(desk.tickets["resolution_time"].where(is_done))
    tickets = desk.tickets[["task_id"]].assign(ended=ended)
    events = desk.activity.merge(tickets, on="task_id").sort_values(["task_id", "occurred_at"])
    stale_at = events["occurred_at"] + STALE_AFTER
    following = events.groupby("task_id")["occurred_at"].shift(-1)
    ends = pd.concat([following, events["ended"]], axis=1).min(axis=1).fillna(desk.as_of)
    return Counter(stale_at[stale_at < ends.clip(upper=desk.as_of)].dt.date)
