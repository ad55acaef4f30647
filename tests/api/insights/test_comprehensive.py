"""The forecasts in short: the numbers of their own answers, and what they ask for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from api.insights.comprehensive.enums import Section
from api.insights.comprehensive.recommendations import recommend
from api.insights.comprehensive.sections import FIELDS
from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, random_desk
from tests.api.insights.publishing import Publication

PATH = "/forecast/comprehensive/"
TODAY = AS_OF.date()


@pytest.fixture
def publication(connection: psycopg.Connection[Any]) -> Publication:
    publication = Publication(connection, random_desk(300, seed=3))
    publication.publish()
    days = {("daily", TODAY + timedelta(days=ahead)): 5.0 + ahead for ahead in range(28)}
    publication.forecast({}, days, champion="blend", trained_at=datetime.now(UTC))
    return publication


@pytest.mark.usefixtures("publication")
async def test_every_number_is_that_of_its_own_answer(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, days=60, forecast_days=9)
    volume = await get(admin, "/forecast/volume/", history_days=60, forecast_days=9)
    short = answer["volume_forecast"]
    assert short["historical_daily_avg"] == volume["summary"]["historical_average"]
    assert short["forecast_daily_avg"] == volume["summary"]["forecast_average"] == 9
    assert short["trend_direction"] == volume["summary"]["trend_direction"]
    growth = 100 * (9 - short["historical_daily_avg"]) / short["historical_daily_avg"]
    assert short["trend_percentage"] == pytest.approx(growth, abs=0.005)
    told = [(day["date"], day["predicted"], day["lower"], day["upper"]) for day in short["next_7_days"]]
    assert told == [
        (day["date"], day["predicted_count"], day["confidence_lower"], day["confidence_upper"])
        for day in volume["forecasts"][:7]
    ]
    overall = (await get(admin, "/forecast/resolution/", days=60))["overall_statistics"]
    short = answer["resolution_time_forecast"]
    assert {name: short[name] for name in ("average_hours", "median_hours", "predicted_hours")} == {
        name: overall[name] for name in ("average_hours", "median_hours", "predicted_hours")
    }
    assert short["predicted_range"] == {"min": overall["percentile_10"], "max": overall["percentile_90"]}
    weeks = {"history_weeks": 8, "forecast_weeks": 1}
    categories = (await get(admin, "/forecast/category/", **weeks))["category_forecasts"]
    assert len(categories) == 2
    for row, full in zip(answer["category_forecast"]["categories"], categories, strict=True):
        assert row == {name: full[name] for name in row}
    risks = await get(admin, "/forecast/sla-risk/")
    assert answer["sla_risk_summary"]["total_open"] == risks["summary"]["total_open_tasks"]
    workload = await get(admin, "/forecast/workload/", history_days=60, forecast_days=9)
    assert answer["workload_forecast"]["busiest_day"] == workload["patterns"]["busiest_day"]
    assert answer["workload_forecast"]["peak_hours"] == workload["patterns"]["peak_hours"]


@pytest.mark.usefixtures("publication")
async def test_each_section_says_where_all_of_it_is(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, days=30)
    for section, field in FIELDS.items():
        address = answer[field]["answer"]
        full = (await admin.get(address.removeprefix("/analytics"))).json()
        warnings = [text for text in answer["warnings"] if text.startswith(f"{section}: ")]
        assert warnings == [f"{section}: {text}" for text in full["warnings"]]
        assert answer[field]["fallback"] == full["fallback"]


@pytest.mark.usefixtures("publication")
async def test_only_what_is_asked_for_is_told(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, include="sla_risk, Volume")
    assert answer["included"] == ["volume", "sla_risk"]
    told = [section for section, field in FIELDS.items() if answer[field] is not None]
    assert told == [Section.VOLUME, Section.SLA_RISK]


async def test_one_section_may_fail_without_the_others(
    admin: httpx.AsyncClient, publication: Publication
) -> None:
    publication.connection.execute("alter table serving.resolution_forecast rename to out_of_sight")
    answer = await get(admin, PATH)
    assert answer["resolution_time_forecast"] is None
    assert answer["fallback"] is True
    address = "/analytics/forecast/resolution/?days=60&forecast_days=14"
    (failure,) = (text for text in answer["warnings"] if text.startswith("resolution: "))
    assert failure.endswith(f", ask {address}")
    assert "resolution_forecast" not in failure
    assert answer["category_forecast"]["categories"]
    assert answer["workload_forecast"] is not None


async def test_a_desk_without_tickets_is_told_empty(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, []).publish()
    answer = await get(admin, PATH)
    assert answer["fallback"] is True
    assert all(answer[field] is not None for field in FIELDS.values())
    assert answer["volume_forecast"]["trend_percentage"] is None
    assert [each["type"] for each in answer["recommendations"]] == ["general"]


async def test_before_the_first_publication_it_says_so(admin: httpx.AsyncClient) -> None:
    response = await admin.get(PATH)
    assert (response.status_code, response.json()["code"]) == (503, "not_published")


@pytest.mark.usefixtures("publication")
async def test_a_copy_of_the_newest_publication_is_confirmed(admin: httpx.AsyncClient) -> None:
    first = await admin.get(PATH)
    again = await admin.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("publication")
async def test_asked_for_a_proof_it_says_where_proofs_are(admin: httpx.AsyncClient) -> None:
    response = await admin.get("/proof/", params={"path": f"/analytics{PATH}"})
    assert response.status_code == 400, response.text
    assert "No number of this answer can be proven" in response.json()["details"]["path"][0]


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("include", "volume,people", "use volume, resolution, category, sla_risk, workload"),
        ("include", "", ""),
        ("days", "13", "14"),
        ("forecast_days", "29", "28"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    admin: httpx.AsyncClient, field: str, value: str, remedy: str
) -> None:
    response = await admin.get(PATH, params={field: value})
    assert response.status_code == 400
    assert remedy in response.json()["details"][field][0]


async def test_agents_are_refused(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403


def told(
    trend: float | None = 0, high: int = 0, share: float | None = 0, hours: float | None = 5, use: float = 50
) -> list[tuple[str, str]]:
    role = {"role": "Expert", "utilization": use}
    found = recommend({
        Section.VOLUME: {"trend_percentage": trend},
        Section.SLA_RISK: {"high_risk_count": high, "high_risk_percentage": share},
        Section.RESOLUTION: {"average_hours": hours},
        Section.WORKLOAD: {"by_role": [role, {"role": "Nobody", "utilization": None}]},
    })  # fmt: skip
    for each in found:
        assert all(reason["value"] > reason["threshold"] for reason in each["reasons"])
        assert bool(each["reasons"]) == (each["type"] != "general")
    return [(each["type"], each["priority"]) for each in found]


def test_recommendations_follow_from_their_bounds() -> None:
    assert told() == told(trend=10, hours=24, use=100) == [("general", "low")]
    assert told(trend=None, share=None, hours=None) == [("general", "low")]
    assert told(trend=10.1) == told(trend=20) == [("capacity", "medium")]
    assert told(trend=20.1) == [("capacity", "high")]
    assert told(high=1, share=20) == [("sla", "medium")]
    assert told(high=1, share=20.1) == [("sla", "high")]
    assert told(hours=24.1) == [("efficiency", "medium")]
    assert told(use=100.1) == [("capacity", "high")]


def test_the_most_urgent_comes_first() -> None:
    assert told(trend=15, high=9, share=90, hours=30, use=120) == [
        ("capacity", "high"),
        ("sla", "high"),
        ("capacity", "medium"),
        ("efficiency", "medium"),
    ]


def test_sections_that_cannot_be_told_ask_for_nothing() -> None:
    (only,) = recommend({Section.VOLUME: None})
    assert only["type"] == "general"
