"""A desk of chance with a few planted days: these are told, and of the others no more than the budget."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.operational.planting import (
    BURST,
    CLOSED,
    HOLIDAY,
    SPIKES,
    plant_chance,
)
from tests.fixtures.published_desk import run_sluice

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAYS = 90
PLANTED = {("volume", day.isoformat()) for day in (*SPIKES, *CLOSED)} | {("escalation", BURST.isoformat())}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    plant_chance(module_database_url, seed=5)
    home: Path = tmp_path_factory.mktemp("desk-of-chance")
    run_sluice(module_database_url, home, ["pipeline", "run", "--no-train"])
    async with running_service(module_database_url) as app, calling(app, "Admin") as client:
        yield client


async def told(reader: httpx.AsyncClient, budget: float, robust_z: float, difference: int) -> Any:
    thresholds = {
        "anomaly_alerts_per_week": budget, "anomaly_z": robust_z, "anomaly_min_difference": difference,
    }  # fmt: skip
    for name, value in thresholds.items():
        assert (await reader.put(f"/thresholds/{name}/", json={"value": value})).status_code == 200
    return await get(reader, "/anomalies/", days=DAYS)


@pytest.mark.parametrize("budget", [1, 2, 5])
async def test_chance_alone_is_told_no_more_often_than_the_budget_allows(
    budget: int, reader: httpx.AsyncClient
) -> None:
    days = {day for _, day in PLANTED}
    by_chance = [
        row for row in (await told(reader, budget, 2, 1))["anomalies"] if row["date"] not in days
    ]  # fmt: skip
    unlimited = (await told(reader, 50, 2, 1))["anomalies"]
    allowed = budget * DAYS / 7
    assert len(by_chance) <= allowed
    # The budget is used, and it is the budget that holds the alerts back.
    assert len(by_chance) >= allowed / 3
    assert len(unlimited) > 1.2 * allowed
    assert all(row["false_alarms_per_week"] < budget for row in by_chance)


@pytest.mark.parametrize(("robust_z", "difference"), [(3.5, 5), (2, 1)])
async def test_what_was_planted_is_told(robust_z: float, difference: int, reader: httpx.AsyncClient) -> None:
    answer = await told(reader, 2, robust_z, difference)
    assert {(row["metric"], row["date"]) for row in answer["anomalies"]} >= PLANTED
    assert answer["warnings"] == []


async def test_a_holiday_is_listed_and_nothing_is_expected_of_it(
    reader: httpx.AsyncClient, module_database_url: str
) -> None:
    answer = await told(reader, 50, 2, 1)
    by_day = {row["date"]: row for row in answer["daily_volumes"]}
    nothing = dict.fromkeys(("method", "expected", "lower", "upper"))
    day = {"date": HOLIDAY.isoformat(), "count": 0, "is_holiday": True}
    assert by_day[HOLIDAY.isoformat()] == day | nothing
    assert sum(row["is_holiday"] for row in answer["daily_volumes"]) == 1
    assert HOLIDAY.isoformat() not in {row["date"] for row in answer["anomalies"]}
    week_after = HOLIDAY + timedelta(days=7)
    with psycopg.connect(module_database_url) as connection:
        days = connection.execute(
            "select baseline_days from serving.daily_volumes where day = any(%s) order by day",
            [[HOLIDAY - timedelta(days=7), week_after]],
        ).fetchall()
    assert days == [(8,), (7,)]
