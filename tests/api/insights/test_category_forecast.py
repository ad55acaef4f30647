"""Weekly trends of categories, sub-categories and departments, which add up to all tickets."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication

PATH = "/forecast/category/"
# The data end on Tuesday, 10 March 2026.
MONDAY = date(2026, 3, 9)
CATEGORIES = [f"Category {number:02}" for number in range(12)]


def arrivals() -> Iterator[Ticket]:
    """Each category its own number of tickets a week, the first one growing."""
    number = 0
    for weeks_ago in range(13):
        for place, category in enumerate(CATEGORIES):
            for _ in range(45 - weeks_ago if place == 0 else 30 - 2 * place):
                number += 1
                yield Ticket(
                    task_id=number,
                    created_at=AS_OF - timedelta(days=7 * weeks_ago),
                    category=category,
                    sub_category=f"{category} sub",
                    department="IT" if place % 2 else "HR",
                )


@pytest.fixture
def publication(connection: psycopg.Connection[Any]) -> Publication:
    publication = Publication(connection, list(arrivals()))
    publication.publish()
    return publication


def weeks(level: float) -> dict[tuple[str, date], float]:
    return {("weekly", MONDAY + timedelta(days=7 * number)): level + number for number in range(-1, 6)}


@pytest.fixture
def forecast(publication: Publication) -> Publication:
    for place, category in enumerate(CATEGORIES):
        publication.forecast({"category": category}, weeks(30 - 2 * place))
    publication.forecast({}, weeks(300), champion="blend", trained_at=datetime.now(UTC))
    return publication


@pytest.mark.usefixtures("forecast")
async def test_the_ten_largest_are_told_with_their_weeks(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, forecast_weeks=2, history_weeks=8, confidence=0.8)
    told = answer["category_forecasts"]
    assert [row["category"] for row in told] == CATEGORIES[:10]
    # Weeks that are over: the running one, with as many tickets again, is not among them.
    first = told[0]
    assert [week["count"] for week in first["historical"]] == [45 - ago for ago in range(8, 0, -1)]
    assert [week["week"] for week in first["historical"]] == [f"2026-W{number:02}" for number in range(3, 11)]
    assert first["historical_total"] == sum(45 - ago for ago in range(1, 9))
    assert first["historical_weekly_avg"] == 40.5
    assert first["trend_percentage"] == pytest.approx(100 * (42.5 - 38.5) / 38.5, abs=0.01)
    assert [row["trend_direction"] for row in told] == ["increasing"] + ["stable"] * 9
    assert first["forecasts"] == [
        {"week": "2026-W11", "predicted_count": 30, "confidence_lower": 18, "confidence_upper": 42},
        {"week": "2026-W12", "predicted_count": 31, "confidence_lower": 18.6, "confidence_upper": 43.4},
    ]
    assert first["forecast_weekly_avg"] == 30.5
    assert (answer["fallback"], answer["warnings"], answer["model"]["name"]) == (False, [], "blend")


@pytest.mark.usefixtures("forecast")
async def test_with_the_others_they_add_up_to_the_volume(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)
    volume = await get(admin, "/forecast/volume/", granularity="weekly", forecast_days=28)
    assert [week["predicted_count"] for week in answer["total"]] == [
        period["predicted_count"] for period in volume["forecasts"]
    ]
    together: Counter[str] = Counter({week["week"]: week["predicted_count"] for week in answer["others"]})
    for row in answer["category_forecasts"]:
        together.update({week["week"]: week["predicted_count"] for week in row["forecasts"]})
    assert together == {week["week"]: week["predicted_count"] for week in answer["total"]}


@pytest.mark.parametrize(("level", "names"), [("department", ["HR", "IT"]), ("SUB_CATEGORY", 10)])
async def test_levels_are_departments_and_sub_categories_too(
    *, admin: httpx.AsyncClient, publication: Publication, level: str, names: Any
) -> None:
    publication.forecast({}, weeks(300))
    answer = await get(admin, PATH, level=level)
    told = [row[level.lower()] for row in answer["category_forecasts"]]
    assert told == names or len(told) == names
    assert answer["level"] == level.lower()


async def test_a_member_without_a_forecast_goes_on_as_before_and_says_so(
    admin: httpx.AsyncClient, publication: Publication
) -> None:
    publication.forecast({}, weeks(300), trained_at=datetime.now(UTC))
    publication.forecast({"category": "Category 01"}, weeks(28))
    answer = await get(admin, PATH)
    rows = {row["category"]: row for row in answer["category_forecasts"]}
    assert (rows["Category 01"]["fallback"], rows["Category 02"]["fallback"]) == (False, True)
    assert [week["predicted_count"] for week in rows["Category 02"]["forecasts"]] == [26.0] * 4
    assert rows["Category 02"]["forecasts"][0]["confidence_lower"] is None
    [warning] = answer["warnings"]
    assert warning.startswith("no forecast of its own, so that the mean of four weeks goes on: Category 00, ")
    assert "Category 01" not in warning
    assert answer["fallback"]


@pytest.mark.usefixtures("publication")
async def test_no_forecast_at_all_is_said_not_hidden(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)
    assert (answer["fallback"], answer["model"]) == (True, None)
    assert answer["warnings"] == ["no forecast has been published yet"]
    assert answer["category_forecasts"][1]["forecasts"][0]["predicted_count"] == 28


async def test_an_empty_desk_is_answered(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, []).publish()
    answer = await get(admin, PATH)
    assert (answer["category_forecasts"], answer["fallback"]) == ([], True)
    assert [week["predicted_count"] for week in answer["total"]] == [0] * 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"level": "priority"}, "level"),
        ({"forecast_weeks": 26}, "forecast_weeks"),
        ({"history_weeks": 3}, "history_weeks"),
        ({"confidence": 0.5}, "confidence"),
    ],
)
@pytest.mark.usefixtures("publication")
async def test_a_value_out_of_bounds_is_named(
    admin: httpx.AsyncClient, query: dict[str, Any], field: str
) -> None:
    response = await admin.get(PATH, params=query)
    assert response.status_code == 400
    assert field in response.json()["details"]


@pytest.mark.usefixtures("publication")
async def test_only_an_admin_reads_it(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403
