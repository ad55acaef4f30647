"""How right forecasts were: what was issued, against what came, as the list behind it has it."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication

TODAY = AS_OF.date()
PATH, ROWS = "/forecast/accuracy/", "/drilldown/forecasts/"
Row = dict[str, Any]


def scores(days: int, *, seed: int) -> Iterator[Row]:
    """What forecasts of two models said on each of some days, up to 28 days ahead."""
    generator = random.Random(seed)  # noqa: S311 - a reproducible desk
    for back in range(1, days + 1):
        day, actual = TODAY - timedelta(days=back), generator.randint(0, 20)
        for ahead in range(1, 29):
            predicted = generator.uniform(0, 20)
            spans = {80: 3, 90: 5, 95: 8}
            yield {
                "ds": day,
                "days_ahead": ahead,
                "issued_on": day - timedelta(days=ahead - 1),
                "run_id": 1_000 - back - ahead,
                "champion": "theta" if ahead % 2 else "prophet",
                "fallback": False,
                "predicted": predicted,
                "actual": actual,
                "seasonal_naive": generator.randint(0, 20) if back < days - 5 else None,
                "weekday_mean": generator.uniform(0, 20) if back < days - 25 else None,
                **{f"lower_{level}": max(predicted - span, 0) for level, span in spans.items()},
                **{f"upper_{level}": predicted + span for level, span in spans.items()},
            }


def figures(rows: list[Row]) -> dict[str, Any]:
    """The figures of `accuracy_figures.sql`, added up here."""

    def misses(of: str, among: Iterable[Row]) -> float:
        return sum(abs(row[of] - row["actual"]) for row in among)

    def ratio(baseline: str) -> Any:
        compared = [row for row in rows if row[baseline] is not None]
        naive = misses(baseline, compared)
        return pytest.approx(misses("predicted", compared) / naive, abs=1e-4) if naive else None

    tickets = sum(row["actual"] for row in rows)
    return {
        "samples": len(rows),
        "mae": pytest.approx(misses("predicted", rows) / len(rows), abs=0.01),
        "wape": pytest.approx(misses("predicted", rows) / tickets, abs=1e-4),
        "bias": pytest.approx(sum(row["predicted"] - row["actual"] for row in rows) / tickets, abs=1e-4),
        "seasonal_naive_ratio": ratio("seasonal_naive"),
        "weekday_mean_ratio": ratio("weekday_mean"),
    } | {
        f"coverage_{level}": pytest.approx(
            100
            * sum(row[f"lower_{level}"] <= row["actual"] <= row[f"upper_{level}"] for row in rows)
            / len(rows),
            abs=0.01,
        )
        for level in (80, 90, 95)
    }


@pytest.fixture
def publication(connection: psycopg.Connection[Any]) -> Publication:
    """Two departments of which forecasts can be told."""
    departments = ["IT", "HR"]
    tickets = [
        Ticket(task_id=number, created_at=AS_OF - timedelta(days=number), department=department)
        for number, department in enumerate(departments, 1)
    ]
    publication = Publication(connection, tickets)
    publication.publish()
    return publication


def issue(connection: psycopg.Connection[Any], rows: Iterable[Row], department: str | None = None) -> None:
    (key,) = connection.execute(
        "select serving.series_key(%s, null, null, null, null)", [department]
    ).fetchone() or (None,)
    for row in rows:
        told = {"series_key": key} | row
        statement = sql.SQL("insert into serving.forecast_scores ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, told)), sql.SQL(", ").join(sql.Placeholder() * len(told))
        )
        connection.execute(statement, list(told.values()))


@pytest.mark.usefixtures("publication")
async def test_figures_are_those_of_the_rows(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    rows = list(scores(60, seed=3))
    issue(connection, rows)
    issue(connection, scores(60, seed=4), department="IT")
    answer = await get(admin, PATH, days=40, horizon=10)
    since = TODAY - timedelta(days=40)
    judged = [row for row in rows if row["ds"] >= since and row["days_ahead"] <= 10]
    summary = answer["summary"]
    assert (summary.pop("runs"), summary.pop("since")) == (
        len({row["run_id"] for row in judged}),
        str(min(row["issued_on"] for row in judged)),
    )
    assert summary == figures(judged)
    assert answer["by_week_ahead"] == [
        {"days_ahead": "1-7"} | figures([row for row in judged if row["days_ahead"] <= 7]),
        {"days_ahead": "8-10"} | figures([row for row in judged if row["days_ahead"] > 7]),
    ]
    by_model = {model.pop("name"): model for model in answer["by_model"]}
    assert by_model == {
        name: figures([row for row in judged if row["champion"] == name]) for name in ("theta", "prophet")
    }
    furthest = {row["ds"]: row for row in sorted(judged, key=lambda row: row["days_ahead"])}
    assert [(day["date"], day["actual"], day["inside"]) for day in answer["daily"]] == [
        (str(day), row["actual"], row["lower_95"] <= row["actual"] <= row["upper_95"])
        for day, row in sorted(furthest.items())
    ]


@pytest.mark.usefixtures("publication")
async def test_the_list_holds_the_rows_of_the_figures(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    issue(connection, scores(60, seed=3), department="HR")
    filters = {"department": "HR", "days": 12, "horizon": 3}
    answer = await get(admin, PATH, **filters)
    listed = await get(admin, ROWS, page_size=100, **filters)
    assert listed["count"] == answer["summary"]["samples"] == len(listed["results"]) == 36
    places = [(row["date"], row["days_ahead"]) for row in listed["results"]]
    assert places == sorted(places, key=lambda place: (-date.fromisoformat(place[0]).toordinal(), place[1]))
    one = await get(admin, ROWS, model="theta", days_ahead=3, **filters)
    assert one["count"] == 12
    assert {(row["model"], row["days_ahead"]) for row in one["results"]} == {("theta", 3)}
    assert (await get(admin, ROWS, department="IT"))["count"] == 0


@pytest.mark.usefixtures("publication")
async def test_before_anything_has_come_due_it_says_so(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)
    summary = answer["summary"]
    assert (summary.pop("samples"), summary.pop("runs")) == (0, 0)
    assert set(summary.values()) == {None}
    assert (answer["by_week_ahead"], answer["by_model"], answer["daily"]) == ([], [], [])
    (warning,) = answer["warnings"]
    assert "judged when its day is over" in warning


@pytest.mark.usefixtures("publication")
async def test_only_an_admin_reads_it(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        assert [(await agent.get(path)).status_code for path in (PATH, ROWS)] == [403, 403]
