"""What is planted into a desk is found by the real pipeline, and nothing else is."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.operational.planting import (
    CROWDED,
    FACTOR,
    LONE_ESCALATION,
    SPIKE,
    WEEKDAY,
    plant_desk,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def planted_url(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    plant_desk(module_database_url)
    home = tmp_path_factory.mktemp("planted-desk")
    done = subprocess.run(
        [sys.executable, "-m", "sluice", "pipeline", "run", "--no-train"],
        env=os.environ | {"SLUICE_DATABASE_URL": module_database_url, "SLUICE_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return module_database_url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planted(planted_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(planted_url) as app, calling(app, "Admin") as client:
        yield client


async def test_what_is_planted_is_found_and_nothing_else(planted: httpx.AsyncClient) -> None:
    answer = await get(planted, "/anomalies/", days=60)
    # A weekend is quiet each week, and one escalation after a quiet time is no flood of them.
    assert LONE_ESCALATION
    assert {(row["metric"], row["dimension"], row["date"]) for row in answer["anomalies"]} == {
        ("volume", None, SPIKE.isoformat()),
        ("category", "Alpha", SPIKE.isoformat()),
        ("user", "Person 1", CROWDED.isoformat()),
    }
    spike = next(row for row in answer["anomalies"] if row["metric"] == "volume")
    assert (spike["value"], spike["expected"]) == (FACTOR * WEEKDAY, WEEKDAY)
    assert spike["description"] == f"{FACTOR * WEEKDAY} tickets, expected about {WEEKDAY}"


async def test_a_day_is_told_once_thresholds_are_met_only(planted: httpx.AsyncClient) -> None:
    await planted.put("/thresholds/anomaly_min_difference/", json={"value": FACTOR * WEEKDAY})
    assert (await get(planted, "/anomalies/", days=60))["anomalies"] == []
    await planted.delete("/thresholds/anomaly_min_difference/")
    await planted.put("/thresholds/anomaly_z/", json={"value": 20})
    assert (await get(planted, "/anomalies/", days=60))["anomalies"] == []
    await planted.delete("/thresholds/anomaly_z/")


async def test_too_little_history_is_a_warning(planted: httpx.AsyncClient) -> None:
    answer = await get(planted, "/anomalies/", days=90)
    assert answer["warnings"] == ["too_little_history", "too_little_history_for_the_budget_of_alerts"]
    assert all(row["expected"] is None for row in answer["daily_volumes"][:18])
    later = await get(planted, "/anomalies/", days=60)
    assert later["warnings"] == ["too_little_history_for_the_budget_of_alerts"]
    assert (await get(planted, "/anomalies/", days=30))["warnings"] == []
