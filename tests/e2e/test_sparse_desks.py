"""Desks with next to nothing to learn from: every forecast is answered, and says what it is worth."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from pipelines.runner import run_pipeline
from tests.api.insights.calls import calling, get, running_service
from tests.pipelines.conftest import LIBRARY_WARNINGS
from tests.pipelines.desk import fill_desk

pytestmark = [pytest.mark.filterwarnings(warning) for warning in LIBRARY_WARNINGS]

FORECASTS = (
    *("/forecast/volume/", "/forecast/volume/?granularity=weekly", "/forecast/volume/?granularity=monthly"),
    *("/forecast/category/", "/forecast/category/?level=department", "/forecast/resolution/?by=category"),
    *("/forecast/sla-risk/?method=rules", "/forecast/sla-risk/?method=model", "/forecast/workload/"),
    *("/forecast/comprehensive/", "/forecast/accuracy/", "/anomalies/"),
)


@dataclass(frozen=True)
class Shape:
    """A desk of so many tickets over so many days, and what is changed of it."""

    tickets: int
    days: int
    change: str = "select 1"


SHAPES = {
    "empty": Shape(0, 1),
    "one ticket": Shape(1, 1),
    "one day": Shape(40, 1),
    "one ticket a day in one category, three weeks missing": Shape(
        84,
        84,
        """
        update ops.ticket_snapshot set category = 'Only', sub_category = 'Only', department = 'Only';
        update ops.task set deleted_at = now()
        where created_at between now() - interval '50 days' and now() - interval '29 days'
        """,
    ),
}


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
async def admin(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """An admin of the desk, trained and published."""
    shape: Shape = request.param
    fill_desk(database_url, tickets=shape.tickets, days=shape.days)
    with psycopg.connect(database_url) as connection:
        connection.execute(shape.change)
    monkeypatch.setenv("SLUICE_DATABASE_URL", database_url)
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    outcome = run_pipeline(train=True)
    assert outcome.failures == []
    async with running_service(database_url) as app, calling(app, "Admin") as client:
        yield client


async def test_every_forecast_is_answered(admin: httpx.AsyncClient) -> None:
    told: dict[str, dict[str, Any]] = {}
    for path in FORECASTS:
        response = await admin.get(path)
        assert response.status_code == 200, (path, response.text)
        told[path] = response.json()
    comprehensive = told["/forecast/comprehensive/"]
    for section in ("volume_forecast", "resolution_time_forecast", "category_forecast", "workload_forecast"):
        assert comprehensive[section] is not None
    risk = told["/forecast/sla-risk/?method=model"]
    assert (risk["fallback"], risk["model"]) == (True, None)
    assert "no model is served" in risk["warnings"][0]
    assert_volume_is_told(told["/forecast/volume/"])
    days_told = {"/forecast/resolution/?by=category": 14, "/forecast/volume/": 14}
    for path, days in days_told.items():
        assert len(told[path]["forecasts"]) in {0, days}
    resolution = told["/forecast/resolution/?by=category"]
    assert bool(resolution["forecasts"]) == bool(resolution["overall_statistics"]["total_resolved"])
    tickets = (await get(admin, "/tickets/dashboard/"))["total_tickets"]
    if tickets < 60:
        assert told["/forecast/volume/"]["fallback"]
        assert comprehensive["fallback"]
        assert comprehensive["warnings"]


def assert_volume_is_told(volume: dict[str, Any]) -> None:
    for day in volume["forecasts"]:
        assert 0 <= day["confidence_lower"] <= day["predicted_count"] <= day["confidence_upper"]
    if volume["fallback"]:
        assert volume["warnings"]
