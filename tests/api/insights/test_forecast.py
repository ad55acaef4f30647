from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication

TODAY = AS_OF.date()
PATH = "/forecast/volume/"
Points = dict[tuple[str, date], float]


@pytest.fixture
def desk_of_two_departments(connection: psycopg.Connection[Any]) -> Publication:
    """Two tickets a day in IT and one in HR, for sixty days up to now."""
    days = [AS_OF - timedelta(days=number) for number in range(60)]
    departments = [(day, department) for day in days for department in ("IT", "IT", "HR")]
    tickets = [
        Ticket(task_id=number, created_at=day, department=department)
        for number, (day, department) in enumerate(departments, 1)
    ]
    publication = Publication(connection, tickets)
    publication.publish()
    return publication


@pytest.fixture
def daily_points() -> Callable[[float], Points]:
    """Yesterday's issue of a forecast: it begins a day before the data's day."""
    return lambda level: {
        ("daily", TODAY + timedelta(days=number)): level + max(number, 0) for number in range(-1, 30)
    }


async def test_a_published_forecast_is_served_with_its_record(
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    daily_points: Callable[[float], Points],
) -> None:
    desk_of_two_departments.forecast({}, daily_points(10), train_end=TODAY - timedelta(days=1))
    answer = await get(admin, PATH, forecast_days=2, history_days=14)
    assert answer["forecasts"] == [
        {"date": "2026-03-10", "predicted_count": 10, "confidence_lower": 4, "confidence_upper": 16},
        {"date": "2026-03-11", "predicted_count": 11, "confidence_lower": 4.4, "confidence_upper": 17.6},
    ]
    # The data's own day is not over: it is forecast, not history.
    assert answer["historical_data"] == [
        {"date": str(TODAY - timedelta(days=number)), "count": 3} for number in range(14, 0, -1)
    ]
    assert answer["model_info"] == {"methods": ["prophet"], "history_days": 14, "forecast_periods": 2}
    assert answer["summary"] == {
        "historical_average": 3,
        "forecast_average": 10.5,
        "trend_direction": "increasing",
        "confidence_level": 0.95,
    }
    assert (answer["quality"], answer["fallback"]) == ({"wape": 0.18}, False)
    assert answer["model"]["train_end"] == "2026-03-09"


@pytest.mark.parametrize(("confidence", "lower", "upper"), [("0.8", 6, 14), ("0.9", 5, 15), ("0.95", 4, 16)])
async def test_the_band_is_that_of_the_confidence(
    *,
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    daily_points: Callable[[float], Points],
    confidence: str,
    lower: float,
    upper: float,
) -> None:
    desk_of_two_departments.forecast({}, daily_points(10))
    answer = await get(admin, PATH, confidence=confidence)
    first = answer["forecasts"][0]
    assert (first["confidence_lower"], first["confidence_upper"]) == (lower, upper)
    assert answer["summary"]["confidence_level"] == float(confidence)


@pytest.mark.parametrize(
    ("granularity", "days", "starts", "past"),
    [
        ("weekly", 15, ["2026-03-09", "2026-03-16"], {"2026-02-23": 21, "2026-03-02": 21}),
        ("monthly", 20, ["2026-03-01"], {"2026-02-01": 84}),
    ],
)
async def test_longer_periods_are_whole_ones(
    *,
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    granularity: str,
    days: int,
    starts: list[str],
    past: dict[str, int],
) -> None:
    days_of_points = [date(2026, 3, 1), *(date(2026, 3, 2) + timedelta(days=7 * n) for n in range(4))]
    desk_of_two_departments.forecast({}, {(granularity, day): 5.0 for day in days_of_points})
    history = 45 if granularity == "monthly" else 20
    answer = await get(admin, PATH, granularity=granularity, forecast_days=days, history_days=history)
    assert [point["date"] for point in answer["forecasts"]][: len(starts)] == starts
    assert len(answer["forecasts"]) == len(starts)
    assert {point["date"]: point["count"] for point in answer["historical_data"]} == past


async def test_a_series_without_its_own_forecast_is_the_sum_of_a_partition(
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    daily_points: Callable[[float], Points],
) -> None:
    for department, level in (("IT", 2.0), ("HR", 1.0)):
        desk_of_two_departments.forecast({"department": department}, daily_points(level), champion=department)
    answer = await get(admin, PATH, forecast_days=1)
    assert answer["forecasts"] == [
        {"date": "2026-03-10", "predicted_count": 3, "confidence_lower": 1.2, "confidence_upper": 4.8}
    ]
    assert answer["model_info"]["methods"] == ["HR", "IT"]
    assert answer["quality"] is None
    assert "sum of 2 forecasts by department; its band is the sum of theirs" in answer["warnings"]


async def test_forecasts_that_leave_tickets_out_are_not_summed(
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    daily_points: Callable[[float], Points],
) -> None:
    desk_of_two_departments.forecast({"department": "IT"}, daily_points(2))
    response = await admin.get(PATH)
    assert response.status_code == 400
    assert '{"department": "IT"}' in response.json()["details"]["query"][0]
    assert (await admin.get(PATH, params={"department": "HR"})).status_code == 400


@pytest.mark.usefixtures("desk_of_two_departments")
async def test_no_forecast_at_all_is_said_not_hidden(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)
    assert (answer["forecasts"], answer["fallback"], answer["model"]) == ([], True, None)
    assert answer["warnings"] == ["no forecast has been published yet"]
    assert len(answer["historical_data"]) == 90


async def test_an_old_forecast_is_called_stale(
    admin: httpx.AsyncClient,
    desk_of_two_departments: Publication,
    connection: psycopg.Connection[Any],
    daily_points: Callable[[float], Points],
) -> None:
    desk_of_two_departments.forecast({}, daily_points(2), warnings='["short history"]')
    connection.execute("update serving.forecast_series set trained_at = now() - interval '35 hours'")
    assert (await get(admin, PATH))["warnings"] == ["short history"]
    connection.execute("update serving.forecast_series set trained_at = now() - interval '37 hours'")
    assert set((await get(admin, PATH))["warnings"]) == {"short history", "stale"}


@pytest.mark.usefixtures("desk_of_two_departments")
async def test_only_an_admin_reads_forecasts(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403
        assert (await agent.get("/tickets/status/")).status_code == 200
