"""Unusual days, held to medians and deviations worked out from the operational tables."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.calls import get
from tests.api.insights.operational.facts import EVENTS, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEEKS, LEAST_WEEKS, STALE_DAYS = 8, 4, 7


@dataclass
class Count:
    """Something counted by day, and the day from which there could be something to count."""

    metric: str
    key: object
    first_day: date
    days: Counter[date] = field(default_factory=Counter)

    def judge(self, day: date) -> tuple[float, float] | None:
        earlier = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
        known = [self.days[each] for each in earlier if each >= self.first_day]
        if len(known) < LEAST_WEEKS:
            return None
        middle = median(known)
        spread = median(abs(count - middle) for count in known) / 0.6745
        return middle, max(spread, sqrt(max(middle, 1)))


def counts_of(desk: Desk, url: str) -> Iterator[Count]:
    created = [(each.created_day, each.category) for each in desk.tickets]
    opened = min(day for day, _ in created) + timedelta(days=1)
    yield Count("volume", None, opened, Counter(day for day, _ in created))
    for category in {category for _, category in created}:
        days = Counter(day for day, each in created if each == category)
        yield Count("category", category, min(days) + timedelta(days=1), days)
    assigned = [(item["assigned_on"].date(), item["user_id"], item["origin"]) for item in desk.items]
    for user in {user for _, user, _ in assigned}:
        days = Counter(day for day, each, _ in assigned if each == user)
        yield Count("user", user, min(days) + timedelta(days=1), days)
    yield Count("escalation", None, opened, Counter(day for day, _, how in assigned if how == "Escalation"))
    yield Count("stale", None, opened, stale_starts(desk, url))


def stale_starts(desk: Desk, url: str) -> Counter[date]:
    """Days on which tickets became stale: so long after an event that nothing followed in time."""
    events: dict[int, list[datetime]] = defaultdict(list)
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        for task, at in connection.execute(EVENTS):
            events[task].append(at)
    starts: Counter[date] = Counter()
    for ticket in desk.tickets:
        moments = sorted(events[ticket.task_id])
        closed_at = desk.as_of if ticket.is_open else max(moments)
        if ticket.status == "completed":
            closed_at = ticket.resolution_time
        for at, following in zip(moments, [*moments[1:], desk.as_of], strict=True):
            stale_at = at + timedelta(days=STALE_DAYS)
            if stale_at < min(following, closed_at, desk.as_of):
                starts[stale_at.date()] += 1
    return starts


def unusual_days(
    counts: list[Count], today: date, days: int, least_z: float, least_difference: float
) -> dict[tuple[Any, ...], tuple[int, float, float]]:
    found = {}
    for count in counts:
        for back in range(1, days + 1):
            day = today - timedelta(days=back)
            judged = count.judge(day)
            if judged is None:
                continue
            middle, spread = judged
            difference = count.days[day] - middle
            is_watched = difference > 0 or count.metric in {"volume", "category"}
            if is_watched and abs(difference) >= least_difference and abs(difference / spread) >= least_z:
                found[count.metric, count.key, day.isoformat()] = (
                    count.days[day],
                    middle,
                    difference / spread,
                )
    return found


@pytest.fixture(scope="module")
def counts(desk: Desk, own_url: str) -> list[Count]:
    return list(counts_of(desk, own_url))


@pytest.mark.parametrize("seed", range(12))
async def test_days_are_unusual_by_their_own_weekdays(
    seed: int, reader: httpx.AsyncClient, desk: Desk, counts: list[Count]
) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same at every run
    least_z, least_difference, days = rng.choice([2, 2.5, 3, 3.5]), rng.randint(1, 3), rng.randint(1, 90)
    await reader.put("/thresholds/anomaly_z/", json={"value": least_z})
    await reader.put("/thresholds/anomaly_min_difference/", json={"value": least_difference})
    wanted = unusual_days(counts, desk.as_of.date(), days, least_z, least_difference)

    answer = await get(reader, "/anomalies/", days=days)

    told = {
        (row["metric"], row["user_id"] or row["dimension"], row["date"]): row for row in answer["anomalies"]
    }
    assert set(told) == set(wanted)
    assert answer["anomaly_count"] == len(wanted)
    for key, (value, middle, deviation) in wanted.items():
        row = told[key]
        assert (row["value"], row["expected"]) == (value, middle)
        assert row["deviation"] == pytest.approx(deviation, abs=0.006)
        assert not row["lower"] < value < row["upper"]
        assert row["severity"] == ("critical" if abs(deviation) >= 2 * least_z else "warning")
    for row in rng.sample(answer["anomalies"], min(4, len(wanted))):
        if row["drilldown"]:
            opened = (await reader.get(f"http://desk.test{row['drilldown']}")).json()
            assert opened["count"] == row["value"], row


async def test_volumes_are_told_with_what_was_expected(
    reader: httpx.AsyncClient, desk: Desk, counts: list[Count]
) -> None:
    (volume,) = [count for count in counts if count.metric == "volume"]
    answer = await get(reader, "/anomalies/", days=30)
    today = desk.as_of.date()
    wanted = [today - timedelta(days=back) for back in range(30, 0, -1)]
    assert [row["date"] for row in answer["daily_volumes"]] == [day.isoformat() for day in wanted]
    assert [row["count"] for row in answer["daily_volumes"]] == [volume.days[day] for day in wanted]
    judged = [volume.judge(day) for day in wanted]
    assert [row["expected"] for row in answer["daily_volumes"]] == [each and each[0] for each in judged]
    assert answer["warnings"] == []


async def test_one_kind_can_be_asked_for(reader: httpx.AsyncClient) -> None:
    await reader.put("/thresholds/anomaly_z/", json={"value": 2})
    await reader.put("/thresholds/anomaly_min_difference/", json={"value": 1})
    everything = (await get(reader, "/anomalies/", days=90))["anomalies"]
    by_category = (await get(reader, "/anomalies/", days=90, metric="Category"))["anomalies"]
    assert by_category == [row for row in everything if row["metric"] == "category"] != []
    user = next(row["user_id"] for row in everything if row["user_id"])
    by_user = (await get(reader, "/anomalies/", days=90, user_id=user))["anomalies"]
    assert by_user == [row for row in everything if row["user_id"] == user]
