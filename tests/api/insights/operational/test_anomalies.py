"""Unusual days, held to medians and deviations worked out from the operational tables."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median

import httpx
import psycopg
import pytest

from tests.api.insights.calls import get
from tests.api.insights.operational.facts import EVENTS, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEEKS, LEAST_WEEKS, STALE_DAYS, BUDGET_DAYS = 8, 4, 7, 28


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


@dataclass
class Different:
    """A day that differs from what was expected, by so much."""

    count: Count
    day: date
    value: int
    middle: float
    deviation: float


def different_days(
    counts: list[Count], today: date, least_z: float, least_difference: float
) -> Iterator[Different]:
    for count in counts:
        for back in range(1, 90 + BUDGET_DAYS):
            day = today - timedelta(days=back)
            judged = count.judge(day)
            if judged is None:
                continue
            middle, spread = judged
            difference = count.days[day] - middle
            is_watched = difference > 0 or count.metric in {"volume", "category"}
            if is_watched and abs(difference) >= least_difference and abs(difference / spread) >= least_z:
                yield Different(count, day, count.days[day], middle, difference / spread)


def others_per_week(found: list[Different], volume: Count, told: Different) -> float | None:
    """How many others a week there were up to the day that were at least as different; None: unknown."""
    since = told.day - timedelta(days=BUDGET_DAYS - 1)
    if volume.judge(since) is None:
        return None
    alike = [
        each for each in found if since <= each.day <= told.day and abs(each.deviation) >= abs(told.deviation)
    ]
    return (len(alike) - 1) * 7 / BUDGET_DAYS


@pytest.fixture(scope="module")
def counts(desk: Desk, own_url: str) -> list[Count]:
    return list(counts_of(desk, own_url))


@pytest.mark.parametrize("seed", range(16))
async def test_days_are_unusual_by_their_own_weekdays_and_within_the_budget(
    seed: int, reader: httpx.AsyncClient, desk: Desk, counts: list[Count]
) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same at every run
    least_z, least_difference, days = rng.choice([2, 2.5, 3, 3.5]), rng.randint(1, 3), rng.randint(1, 90)
    budget = rng.choice([0.25, 0.4, 1, 2, 5, 50])
    await reader.put("/thresholds/anomaly_z/", json={"value": least_z})
    await reader.put("/thresholds/anomaly_min_difference/", json={"value": least_difference})
    await reader.put("/thresholds/anomaly_alerts_per_week/", json={"value": budget})
    today = desk.as_of.date()
    found = list(different_days(counts, today, least_z, least_difference))
    (volume,) = [count for count in counts if count.metric == "volume"]
    wanted = {}
    for each in found:
        alarms = others_per_week(found, volume, each)
        if each.day >= today - timedelta(days=days) and (alarms is None or alarms < budget):
            wanted[each.count.metric, each.count.key, each.day.isoformat()] = (each, alarms)

    answer = await get(reader, "/anomalies/", days=days)

    told = {
        (row["metric"], row["user_id"] or row["dimension"], row["date"]): row for row in answer["anomalies"]
    }
    assert set(told) == set(wanted)
    assert answer["anomaly_count"] == len(wanted)
    assert answer["thresholds"]["anomaly_alerts_per_week"] == budget
    for key, (each, alarms) in wanted.items():
        row = told[key]
        assert (row["value"], row["expected"]) == (each.value, each.middle)
        assert row["deviation"] == pytest.approx(each.deviation, abs=0.006)
        assert not row["lower"] <= each.value <= row["upper"]
        assert row["severity"] == ("critical" if abs(each.deviation) >= 2 * least_z else "warning")
        assert row["method"] == "weekday_median"
        assert row["false_alarms_per_week"] == (alarms and pytest.approx(alarms))
    for row in rng.sample(answer["anomalies"], min(4, len(wanted))):
        if row["drilldown"]:
            opened = (await reader.get(f"http://desk.test{row['drilldown']}")).json()
            assert opened["count"] == row["value"], row


@pytest.mark.parametrize("budget", [0.25, 0.5, 2, 50])
async def test_days_outside_their_bounds_are_those_told(budget: float, reader: httpx.AsyncClient) -> None:
    await reader.put("/thresholds/anomaly_z/", json={"value": 2})
    await reader.put("/thresholds/anomaly_min_difference/", json={"value": 1})
    await reader.put("/thresholds/anomaly_alerts_per_week/", json={"value": budget})
    answer = await get(reader, "/anomalies/", days=90)
    told = {row["date"] for row in answer["anomalies"] if row["metric"] == "volume"}
    outside = {
        row["date"]
        for row in answer["daily_volumes"]
        if row["expected"] is not None and not row["lower"] <= row["count"] <= row["upper"]
    }
    assert outside == told
    assert told


@contextmanager
def yesterdays_tickets(url: str, count: int) -> Iterator[None]:
    """So many were published of the newest complete day, and none yet of the one after it."""
    change = "update serving.daily_volumes set tickets = %s where day = %s"
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        (today, _), (yesterday, _) = before = cursor.execute(
            "select day, tickets from serving.daily_volumes order by day desc limit 2"
        ).fetchall()
        cursor.executemany(change, [(0, today), (count, yesterday)])
        try:
            yield
        finally:
            cursor.executemany(change, [(tickets, day) for day, tickets in before])


@pytest.mark.parametrize("beyond", [0, 1])
async def test_more_than_is_usual_of_yesterday_is_an_alert(
    beyond: int, reader: httpx.AsyncClient, own_url: str
) -> None:
    for name in ("anomaly_z", "anomaly_min_difference", "anomaly_alerts_per_week"):
        await reader.delete(f"/thresholds/{name}/")
    upper = (await get(reader, "/anomalies/"))["daily_volumes"][-1]["upper"]
    with yesterdays_tickets(own_url, upper + beyond):
        alerts = (await get(reader, "/operational/"))["alerts"]
    spikes = [(alert["value"], alert["threshold"]) for alert in alerts if alert["code"] == "volume_spike"]
    assert spikes == [(upper + beyond, upper)] * beyond


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
    assert {row["method"] for row in answer["daily_volumes"]} == {"weekday_median"}
    assert answer["warnings"] == []


async def test_one_kind_can_be_asked_for(reader: httpx.AsyncClient) -> None:
    await reader.put("/thresholds/anomaly_z/", json={"value": 2})
    await reader.put("/thresholds/anomaly_min_difference/", json={"value": 1})
    await reader.put("/thresholds/anomaly_alerts_per_week/", json={"value": 50})
    everything = (await get(reader, "/anomalies/", days=90))["anomalies"]
    by_category = (await get(reader, "/anomalies/", days=90, metric="Category"))["anomalies"]
    assert by_category == [row for row in everything if row["metric"] == "category"] != []
    user = next(row["user_id"] for row in everything if row["user_id"])
    by_user = (await get(reader, "/anomalies/", days=90, user_id=user))["anomalies"]
    assert by_user == [row for row in everything if row["user_id"] == user]
