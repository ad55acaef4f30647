"""Hours that are expected: the next ones after the data, in bands, and what came in those before."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.calls import get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.formats.reading import read_csv, read_parquet
from tests.api.insights.publishing import DIMENSIONS, Publication

TODAY = AS_OF.date()
PATH = "/forecast/volume/"
NEXT_HOUR = datetime(2026, 3, 10, 15)  # noqa: DTZ001 - as the addresses of hours are written
QUALITY = {"wape": 0.4, "coverage": {"0.95": 0.95}}


@pytest.fixture
def desk(connection: psycopg.Connection[Any]) -> Publication:
    """Two tickets a day in IT at 09:15 and one in HR at 14:30, for forty days up to now."""
    days = [AS_OF - timedelta(days=number) for number in range(40)]
    asked = [(day.replace(hour=9, minute=15), "IT") for day in (*days, *days)] + [(day, "HR") for day in days]
    tickets = [
        Ticket(task_id=number, created_at=at, department=department)
        for number, (at, department) in enumerate(asked, 1)
    ]
    publication = Publication(connection, tickets)
    publication.publish()
    return publication


@pytest.fixture
def tell_hours(desk: Publication) -> Callable[..., None]:
    """Yesterday's issue of a forecast of 21 days, each hour of the clock by what is expected in it."""

    def tell(filters: dict[str, Any], by_hour: list[float], warnings: list[str] | None = None) -> None:
        points = {("daily", TODAY + timedelta(days=number)): sum(by_hour) for number in range(-1, 30)}
        desk.forecast(filters, points)
        (key,) = desk.connection.execute(
            "select serving.series_key(%s, %s, %s, %s, %s)", [filters.get(name) for name in DIMENSIONS]
        ).fetchone() or (None,)
        hours = {
            "series_key": key,
            "starts_on": TODAY - timedelta(days=1),
            "predicted": [float(expected) for expected in by_hour] * 21,
            "sizes": [1, 4],
            "half_widths": [0.5, 0.6, 0.7, 1.0, 1.5, 2.0, 2.0, 2.5, 3.0],
            "quality": json.dumps(QUALITY),
            "warnings": json.dumps(warnings or []),
        }
        desk.fill("forecast_hours", [hours])

    return tell


def clock(**expected: float) -> list[float]:
    """Expected tickets by hour of the clock, given as h15=4."""
    return [expected.get(f"h{hour}", 0.0) for hour in range(24)]


def at(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


async def test_hours_begin_with_the_first_that_is_wholly_ahead(
    admin: httpx.AsyncClient, tell_hours: Callable[..., None]
) -> None:
    tell_hours({}, clock(h14=7, h15=4, h16=2, h17=0.5))

    answer = await get(admin, PATH, granularity="hourly", forecast_days=1)

    told = [(step["date"], step["predicted_count"]) for step in answer["forecasts"]]
    expected = {15: 4, 16: 2, 17: 0.5, 14: 7}
    hours = [NEXT_HOUR + timedelta(hours=number) for number in range(24)]
    assert told == [(at(hour), expected.get(hour.hour, 0)) for hour in hours]
    assert answer["granularity"] == "hourly"
    assert answer["model_info"] == {"methods": ["prophet"], "history_days": 14, "forecast_periods": 24}
    assert (answer["quality"], answer["fallback"]) == (QUALITY, False)


@pytest.mark.parametrize(
    ("confidence", "bands"),
    [
        (0.8, [(0.0, 8.0), (0.59, 3.41), (0.0, 1.0), (0.0, 0.5)]),
        (0.9, [(0.0, 9.0), (0.0, 4.12), (0.0, 1.1), (0.0, 0.6)]),
        (0.95, [(0.0, 10.0), (0.0, 4.83), (0.0, 1.2), (0.0, 0.7)]),
    ],
)
async def test_an_hour_strays_as_hours_of_its_size_have(
    admin: httpx.AsyncClient,
    tell_hours: Callable[..., None],
    confidence: float,
    bands: list[tuple[float, float]],
) -> None:
    tell_hours({}, clock(h15=4, h16=2, h17=0.5))

    answer = await get(admin, PATH, granularity="hourly", confidence=confidence)

    told = [(step["confidence_lower"], step["confidence_upper"]) for step in answer["forecasts"]]
    assert told[:4] == bands


async def test_hours_of_a_day_add_up_to_its_forecast(
    admin: httpx.AsyncClient, tell_hours: Callable[..., None]
) -> None:
    tell_hours({}, [0.25 + hour / 24 for hour in range(24)])

    hours = (await get(admin, PATH, granularity="hourly", forecast_days=14))["forecasts"]
    days = (await get(admin, PATH, forecast_days=14))["forecasts"]

    assert len(hours) == 14 * 24
    by_day: Counter[str] = Counter()
    for step in hours:
        by_day[step["date"][:10]] += step["predicted_count"]
    for day in days[1:]:
        assert by_day[day["date"]] == pytest.approx(day["predicted_count"], abs=0.12)


@pytest.mark.usefixtures("desk")
async def test_history_is_of_hours_that_are_over(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, granularity="hourly", history_days=28)

    history = {step["date"]: step["count"] for step in answer["historical_data"]}
    hours = [NEXT_HOUR - timedelta(hours=number) for number in range(2, 28 * 24 + 2)][::-1]
    assert list(history) == [at(hour) for hour in hours]
    assert list(history.values()) == [{9: 2, 14: 1}.get(hour.hour, 0) for hour in hours]
    assert answer["summary"]["historical_average"] == 0.13


async def test_history_is_that_of_the_filters(
    admin: httpx.AsyncClient, tell_hours: Callable[..., None]
) -> None:
    tell_hours({"department": "HR"}, clock(h14=1))

    answer = await get(admin, PATH, granularity="hourly", department="HR")

    assert {step["date"][11:13] for step in answer["historical_data"] if step["count"]} == {"14"}
    assert sum(step["count"] for step in answer["historical_data"]) == 14


async def test_a_series_without_its_own_hours_is_the_sum_of_a_partition(
    admin: httpx.AsyncClient, tell_hours: Callable[..., None]
) -> None:
    tell_hours({"department": "IT"}, clock(h15=2), warnings=["few tickets"])
    tell_hours({"department": "HR"}, clock(h15=0.5, h16=1))

    answer = await get(admin, PATH, granularity="hourly")

    first, second = answer["forecasts"][:2]
    assert (first["predicted_count"], second["predicted_count"]) == (2.5, 1)
    assert first["confidence_upper"] == round(2 + 2 * 2**0.5 + 0.5 + 0.7, 2)
    assert answer["quality"] is None
    assert {"few tickets", "sum of 2 forecasts by department; its band is the sum of theirs"} <= set(
        answer["warnings"]
    )


async def test_days_without_hours_say_that_they_are_to_come(
    admin: httpx.AsyncClient, desk: Publication
) -> None:
    desk.forecast({}, {("daily", TODAY): 3.0})

    answer = await get(admin, PATH, granularity="hourly")

    assert (answer["forecasts"], answer["quality"]) == ([], None)
    assert "hours have not been forecast yet, the next training does it" in answer["warnings"]


async def test_an_old_issue_tells_what_hours_it_has_left(
    admin: httpx.AsyncClient, desk: Publication, tell_hours: Callable[..., None]
) -> None:
    tell_hours({}, clock(h15=1))
    desk.connection.execute("update serving.forecast_hours set starts_on = %s", [TODAY - timedelta(days=20)])

    answer = await get(admin, PATH, granularity="hourly")

    assert [step["date"] for step in answer["forecasts"]] == [
        at(NEXT_HOUR + timedelta(hours=number)) for number in range(9)
    ]
    assert answer["model_info"]["forecast_periods"] == 9


class TestTables:
    async def test_have_instants_of_hours(
        self, admin: httpx.AsyncClient, tell_hours: Callable[..., None]
    ) -> None:
        tell_hours({}, clock(h15=4))
        query = {"granularity": "hourly", "forecast_days": 1}

        cells = read_csv(await admin.get(PATH, params={**query, "format": "csv"}))
        typed = read_parquet(await admin.get(PATH, params={**query, "format": "parquet"}))

        assert (len(cells), cells[0]["date"]) == (24, at(NEXT_HOUR))
        assert typed[0]["date"] == NEXT_HOUR.replace(tzinfo=AS_OF.tzinfo)
        assert [row["predicted_count"] for row in typed] == [4.0, *[0.0] * 23]

    async def test_have_days_of_days(self, admin: httpx.AsyncClient, tell_hours: Callable[..., None]) -> None:
        tell_hours({}, clock(h15=4))
        typed = read_parquet(await admin.get(PATH, params={"format": "parquet"}))

        assert typed[0]["date"] == TODAY
        assert type(typed[0]["date"]) is date


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("forecast_days", 15, "forecast_days is 15, and hours are told of at most 14 days: give 1 to 14"),
        ("history_days", 29, "history_days is 29, and hours are told of at most 28 days: give 14 to 28"),
    ],
)
async def test_more_days_than_hours_are_told_of_are_refused(
    admin: httpx.AsyncClient, name: str, value: int, sentence: str
) -> None:
    response = await admin.get(PATH, params={"granularity": "hourly", name: value})

    assert response.status_code == 400
    assert sentence in str(response.json()["details"])
    assert (await admin.get(PATH, params={"granularity": "daily", name: value})).status_code == 200


@pytest.mark.usefixtures("desk")
async def test_no_forecast_at_all_is_said_not_hidden(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, granularity="hourly")

    assert (answer["forecasts"], answer["fallback"], answer["model"]) == ([], True, None)
    assert answer["warnings"] == ["no forecast has been published yet"]
    assert len(answer["historical_data"]) == 14 * 24
