"""When tickets come and how many are expected, added up here ticket by ticket."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, Ticket, percentage
from tests.api.insights.publishing import Publication

PATH = "/forecast/workload/"
TODAY = AS_OF.date()
WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
Publish = Callable[[Sequence[datetime]], Publication]


@pytest.fixture
def publish(connection: psycopg.Connection[Any]) -> Publish:
    def publish_tickets(instants: Sequence[datetime]) -> Publication:
        tickets = [Ticket(task_id=number, created_at=at) for number, at in enumerate(instants, 1)]
        publication = Publication(connection, tickets)
        publication.publish()
        return publication

    return publish_tickets


@pytest.fixture
def instants() -> list[datetime]:
    """Six hundred, most of them in the mornings and at the beginning of weeks, over a hundred days."""
    generator = random.Random(5)  # noqa: S311 - a reproducible desk
    found = []
    while len(found) < 600:
        at = AS_OF - timedelta(seconds=generator.randrange(100 * 86400))
        if generator.random() < (1 if 7 <= at.hour < 12 else 0.3) * (1 if at.weekday() < 3 else 0.4):
            found.append(at)
    return found


def day_name(day: date) -> str:
    return WEEKDAYS[day.isoweekday() % 7]


def judge_hour(count: int, total: int) -> str:
    if count > total / 12:
        return "high"
    return "medium" if count > total / 24 else "low"


def judge_day(count: int, counts: Sequence[int]) -> str:
    if count > 1.2 * mean(counts):
        return "high"
    return "low" if count < 0.8 * mean(counts) else "medium"


# Offsets of whole, half and three quarters of an hour; New York changes its clock two days before the data.
@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"]
)
@pytest.mark.parametrize("history_days", [14, 60])
async def test_hours_and_weekdays_are_those_of_the_zone(
    admin: httpx.AsyncClient, publish: Publish, instants: list[datetime], zone: str, history_days: int
) -> None:
    publish(instants)
    local = [at.astimezone(ZoneInfo(zone)) for at in instants]
    today = AS_OF.astimezone(ZoneInfo(zone)).date()
    within = [at for at in local if today - timedelta(days=history_days) <= at.date() < today]
    by_hour, by_day = Counter(at.hour for at in within), Counter(day_name(at) for at in within)
    by_day_counts = [by_day[name] for name in WEEKDAYS]

    answer = await get(admin, PATH, tz=zone, history_days=history_days)

    assert answer["tz"] == zone
    assert answer["history"] == {
        "start_date": str(today - timedelta(days=history_days)),
        "end_date": str(today - timedelta(days=1)),
        "days": history_days,
        "tickets": len(within),
    }
    assert answer["hourly_distribution"] == [
        {
            "hour": hour,
            "count": by_hour[hour],
            "percentage": percentage(by_hour[hour], len(within)),
            "intensity": judge_hour(by_hour[hour], len(within)),
        }
        for hour in range(24)
    ]
    assert answer["daily_distribution"] == [
        {"day": name, "day_number": number, "count": count, "percentage": percentage(count, len(within))}
        for number, (name, count) in enumerate(zip(WEEKDAYS, by_day_counts, strict=True), 1)
    ]
    assert answer["patterns"] == {
        "peak_hours": sorted(range(24), key=lambda hour: (-by_hour[hour], hour))[:3],
        "quiet_hours": sorted(range(24), key=lambda hour: (by_hour[hour], hour))[:3],
        "busiest_day": max(WEEKDAYS, key=lambda name: by_day[name]),
        "quietest_day": min(WEEKDAYS, key=lambda name: by_day[name]),
    }
    assert [(day["day"], day["expected_intensity"]) for day in answer["workload_forecast"]] == [
        (day_name(day), judge_day(by_day[day_name(day)], by_day_counts))
        for day in (TODAY + timedelta(days=ahead) for ahead in range(7))
    ]


async def test_days_have_the_numbers_of_the_volume_forecast(
    admin: httpx.AsyncClient, publish: Publish, instants: list[datetime]
) -> None:
    points = {("daily", TODAY + timedelta(days=number)): 10.123 + number / 7 for number in range(-1, 30)}
    publish(instants).forecast({}, points | {("weekly", TODAY): 70.0}, warnings='["short history"]')
    volume = await get(admin, "/forecast/volume/", forecast_days=28)
    answer = await get(admin, PATH, forecast_days=28, tz="Asia/Tokyo")
    assert [
        (day["date"], day["predicted_tickets"], day["tickets_lower"], day["tickets_upper"])
        for day in answer["workload_forecast"]
    ] == [
        (day["date"], day["predicted_count"], day["confidence_lower"], day["confidence_upper"])
        for day in volume["forecasts"]
    ]
    for name in ("model", "quality", "fallback", "data_as_of", "publication_id"):
        assert answer[name] == volume[name], name
    assert answer["model"]["name"] == "prophet"
    assert not answer["fallback"]
    assert set(volume["warnings"]) <= set(answer["warnings"])
    assert "short history" in answer["warnings"]


async def test_a_baseline_that_is_served_is_a_fallback(
    admin: httpx.AsyncClient, publish: Publish, instants: list[datetime]
) -> None:
    points = {("daily", TODAY + timedelta(days=number)): 6.0 for number in range(30)}
    publish(instants).forecast({}, points, fallback=True)
    assert (await get(admin, PATH))["fallback"]


async def test_without_a_forecast_the_mean_of_the_weekday_stands_for_it(
    admin: httpx.AsyncClient, publish: Publish, instants: list[datetime]
) -> None:
    publish(instants)
    days = [TODAY - timedelta(days=number) for number in range(1, 31)]
    counts = Counter(at.date() for at in instants)
    means = {name: mean(counts[day] for day in days if day_name(day) == name) for name in WEEKDAYS}
    # Days that are forecast are of UTC, whatever zone hours are told in.
    answer = await get(admin, PATH, history_days=30, forecast_days=9, tz="Pacific/Kiritimati")
    assert [day["predicted_tickets"] for day in answer["workload_forecast"]] == [
        pytest.approx(means[day_name(TODAY + timedelta(days=ahead))], abs=0.005) for ahead in range(9)
    ]
    assert {(day["tickets_lower"], day["tickets_upper"]) for day in answer["workload_forecast"]} == {
        (None, None)
    }
    assert (answer["fallback"], answer["model"], answer["quality"]) == (True, None, None)
    assert answer["warnings"][:2] == [
        "no forecast has been published yet",
        "the mean of its weekday stands for 9 of the days, without a band",
    ]


async def test_a_forecast_that_ends_early_is_continued_by_means(
    admin: httpx.AsyncClient, publish: Publish, instants: list[datetime]
) -> None:
    publish(instants).forecast({}, {("daily", TODAY): 5.0, ("daily", TODAY + timedelta(days=1)): 6.0})
    answer = await get(admin, PATH, forecast_days=3)
    bands = [day["tickets_upper"] for day in answer["workload_forecast"]]
    assert bands == [8.0, 9.6, None]
    assert answer["fallback"]
    assert "the mean of its weekday stands for 1 of the days, without a band" in answer["warnings"]


class TestLittleHistory:
    async def test_an_empty_desk_expects_nothing(self, admin: httpx.AsyncClient, publish: Publish) -> None:
        publish([])
        answer = await get(admin, PATH)
        assert answer["history"] == {"start_date": None, "end_date": None, "days": 0, "tickets": 0}
        assert answer["patterns"] == {
            "peak_hours": [],
            "quiet_hours": [],
            "busiest_day": None,
            "quietest_day": None,
        }
        assert {hour["percentage"] for hour in answer["hourly_distribution"]} == {None}
        assert len(answer["hourly_distribution"]) == 24
        assert [
            (day["predicted_tickets"], day["expected_intensity"]) for day in answer["workload_forecast"]
        ] == [(0, None)] * 7
        assert (answer["by_role"], answer["by_role_daily"], answer["fallback"]) == ([], [], True)
        assert answer["warnings"] == [
            "no forecast has been published yet",
            "the mean of its weekday stands for 7 of the days, without a band",
            "the history has 0 of 60 days",
            "nobody holds a role and no items were assigned: no work of roles is told",
        ]

    async def test_a_ticket_of_today_is_no_history_yet(
        self, admin: httpx.AsyncClient, publish: Publish
    ) -> None:
        publish([AS_OF - timedelta(hours=1)])
        answer = await get(admin, PATH)
        assert (answer["history"]["days"], answer["history"]["tickets"]) == (0, 0)
        assert "the history has 0 of 60 days" in answer["warnings"]

    async def test_days_before_the_first_ticket_are_no_history(
        self, admin: httpx.AsyncClient, publish: Publish
    ) -> None:
        """Nine tickets in one hour of Sunday, none on Monday; Tuesday is not over."""
        hour = datetime.combine(TODAY - timedelta(days=2), datetime.min.time(), UTC) + timedelta(hours=9)
        publish([hour + timedelta(minutes=5 * number) for number in range(9)])
        answer = await get(admin, PATH)
        assert (answer["history"]["start_date"], answer["history"]["days"]) == ("2026-03-08", 2)
        assert answer["patterns"] == {
            "peak_hours": [9],
            "quiet_hours": [0, 1, 2],
            "busiest_day": "Sunday",
            "quietest_day": "Monday",
        }
        # Tuesday to Saturday have not been seen: the mean of both days stands for them.
        assert [day["predicted_tickets"] for day in answer["workload_forecast"]] == [*[4.5] * 5, 9, 0]
        assert answer["workload_forecast"][5]["expected_intensity"] == "high"
        assert "the history has 2 of 60 days" in answer["warnings"]
        assert answer["fallback"]


@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("tz", "Mars/Olympus", "'Mars/Olympus' is not a time zone: give an IANA name"),
        ("tz", "localtime", "is not a time zone"),
        ("forecast_days", "29", "less than or equal to 28"),
        ("history_days", "13", "greater than or equal to 14"),
        ("service_level", "1", "less than or equal to 0.99"),
        ("service_level", "nan", "less than or equal to 0.99"),
        ("answer_within", "0", "greater than or equal to 1"),
        ("department", "IT", "'department' is not a parameter of this endpoint"),
    ],
)
async def test_what_it_cannot_tell_is_refused(
    admin: httpx.AsyncClient, name: str, value: str, sentence: str
) -> None:
    response = await admin.get(PATH, params={name: value})
    assert response.status_code == 400
    assert sentence in str(response.json()["details"][name]), response.text


async def test_only_an_admin_reads_it(app: FastAPI, publish: Publish) -> None:
    publish([])
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403
