"""How long tickets take by group, against every ticket in plain Python, and how long those to come will."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median, pstdev
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, WORKFLOWS, Ticket, random_desk, rank_of
from tests.api.insights.publishing import DIMENSIONS, Publication

PATH = "/forecast/resolution/"
TODAY = AS_OF.date()
# Which of two tickets of one bucket came first is not known.
OF_BUCKETS = 3
FIELD = {name: name for name in ("priority", "category", "department")} | {"workflow": "workflow_id"}


@pytest.fixture
def desk() -> list[Ticket]:
    return random_desk(300, seed=11)


@pytest.fixture
def publication(connection: psycopg.Connection[Any], desk: list[Ticket]) -> Publication:
    return publish(connection, desk)


def publish(connection: psycopg.Connection[Any], desk: Iterable[Ticket]) -> Publication:
    publication = Publication(connection, list(desk))
    publication.publish()
    connection.execute("delete from serving.open_tickets")
    publication.fill("open_tickets", [open_row(ticket) for ticket in publication.tickets if ticket.is_open])
    return publication


def open_row(ticket: Ticket) -> dict[str, Any]:
    unasked = ("current_step", "assignee_id", "assignee", "owner_id", "owner", "elapsed_ratio")
    row: dict[str, Any] = dict.fromkeys((*unasked, "remaining_seconds"))
    row |= {name: getattr(ticket, name) for name in DIMENSIONS}
    return row | {
        "task_id": ticket.task_id,
        "ticket_number": f"TX{ticket.task_id}",
        "subject": ticket.subject,
        "status": ticket.status,
        "workflow_name": WORKFLOWS[ticket.workflow_id],
        "source": "sluice",
        "created_at": ticket.created_at,
        "net_age_seconds": ticket.net_age_seconds,
        "last_activity_at": ticket.created_at,
        "target_resolution": ticket.target,
        "sla_status": ticket.sla_status,
        "is_critical": ticket.is_critical,
    }


def kaplan_meier(tickets: list[Ticket], statistic: str) -> float | None:
    """One resolution after the other, the most plain way."""
    lives = [(t.net_resolution_seconds, 0) for t in tickets if t.net_resolution_seconds is not None]
    lives += [(t.net_age_seconds, 1) for t in tickets if t.is_open]
    alive, area, before = 1.0, 0.0, 0
    for place, (seconds, is_open) in enumerate(sorted(lives)):
        area += alive * (seconds - before)
        before = seconds
        if not is_open:
            alive *= 1 - 1 / (len(lives) - place)
        if statistic == "median" and alive <= 0.5 + 1e-9:
            return seconds
    return area if statistic == "mean" else None


def near(told: float | None, seconds: float | None, *, percent: float = 1.1) -> bool:
    if told is None or seconds is None:
        return told is seconds is None
    return abs(told - seconds / 3600) <= percent / 100 * seconds / 3600 + 0.006


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize("by", list(FIELD))
@pytest.mark.parametrize(("days", "statistic"), [(90, "median"), (30, "mean"), (365, "median")])
async def test_every_group_is_told_as_its_tickets_are(
    admin: httpx.AsyncClient, desk: list[Ticket], by: str, days: int, statistic: str
) -> None:
    answer = await get(admin, PATH, by=by, days=days, statistic=statistic)
    first = TODAY - timedelta(days=days - 1)
    assert answer["date_range"] == {"start_date": str(first), "end_date": str(TODAY)}
    window = [ticket for ticket in desk if ticket.day >= first]
    told = {row["workflow_id"] if by == "workflow" else row["group"]: row for row in answer["predictions"]}
    assert set(told) == {getattr(ticket, FIELD[by]) for ticket in window}
    for name, row in told.items():
        own = [ticket for ticket in window if getattr(ticket, FIELD[by]) == name]
        assert_told(row, own, statistic)
        assert row["sample_size"] >= 5
        assert by != "workflow" or row["group"] == WORKFLOWS[name]
    expected = [row["predicted_hours"] for row in answer["predictions"]]
    assert expected == sorted(expected)
    overall = answer["overall_statistics"]
    seconds = resolved(window)
    assert overall["total_resolved"] == len(seconds) == sum(row["sample_size"] for row in told.values())
    assert near(overall["predicted_hours"], kaplan_meier(window, statistic), percent=OF_BUCKETS)
    assert near(overall["percentile_10"], rank_of(10, seconds))


def assert_told(row: dict[str, Any], tickets: list[Ticket], statistic: str) -> None:
    seconds = resolved(tickets)
    assert row["sample_size"] == len(seconds)
    assert row["still_open"] == sum(ticket.is_open for ticket in tickets)
    assert near(row["predicted_hours"], kaplan_meier(tickets, statistic), percent=OF_BUCKETS)
    assert near(row["average_hours"], mean(seconds))
    assert near(row["median_hours"], median(seconds))
    assert near(row["min_hours"], min(seconds))
    assert near(row["max_hours"], max(seconds))
    assert near(row["std_deviation"], pstdev(seconds), percent=2)
    for percent in (25, 75, 90):
        assert near(row[f"percentile_{percent}"], rank_of(percent, seconds))


def resolved(tickets: list[Ticket]) -> list[int]:
    return [t.net_resolution_seconds for t in tickets if t.net_resolution_seconds is not None]


@pytest.mark.usefixtures("publication")
async def test_the_rows_of_a_group_are_those_of_the_drilldown(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, days=60)
    for row in answer["predictions"]:
        query = {"priority": row["group"], "status": "completed", "page_size": 100}
        rows = (await get(admin, "/drilldown/tickets/status/", **query, **answer["date_range"]))["results"]
        hours = [each["net_resolution_hours"] for each in rows]
        assert len(hours) == row["sample_size"]
        assert near(row["median_hours"], median(hours) * 3600)


async def test_small_groups_are_told_together(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    sizes = {"Access": 9, "Pay": 5, "Desks": 4, "Doors": 3}
    desk = [done(category, hours) for category, count in sizes.items() for hours in range(1, count + 1)]
    publish(connection, [ticket(number, each) for number, each in enumerate(desk, 1)])
    answer = await get(admin, PATH, by="category")
    told = {row["group"]: (row["sample_size"], row["is_merged"]) for row in answer["predictions"]}
    assert told == {"Access": (9, False), "Pay": (5, False), "Other": (7, True)}
    other = next(row for row in answer["predictions"] if row["is_merged"])
    assert near(other["median_hours"], 2 * 3600)
    assert near(other["max_hours"], 4 * 3600)


async def test_open_tickets_count_as_taking_longer(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    quick = [done("Access", hours) for hours in (1, 2, 3, 4, 5)]
    waiting = [{"category": "Access", "created_at": AS_OF - timedelta(days=9)} for _ in range(3)]
    publish(connection, [ticket(number, each) for number, each in enumerate(quick + waiting, 1)])
    (row,) = (await get(admin, PATH))["predictions"]
    assert near(row["median_hours"], 3 * 3600)
    assert near(row["predicted_hours"], 4 * 3600)
    waiting += [{"category": "Access", "created_at": AS_OF - timedelta(days=9)} for _ in range(3)]
    publish(connection, [ticket(number, each) for number, each in enumerate(quick + waiting, 1)])
    answer = await get(admin, PATH)
    assert answer["predictions"][0]["predicted_hours"] is None
    (too_few,) = (text for text in answer["warnings"] if "half" in text)
    assert too_few == "fewer than half of the tickets of Medium are resolved, so no median can be told"


def done(category: str, hours: int) -> dict[str, Any]:
    created_at = AS_OF - timedelta(days=10)
    resolved_at = created_at + timedelta(hours=hours)
    return {"category": category, "created_at": created_at, "resolved_at": resolved_at, "status": "completed"}


def ticket(task_id: int, attributes: dict[str, Any]) -> Ticket:
    return Ticket(task_id=task_id, **attributes)


def issue(publication: Publication, trained_at: datetime, days: Iterable[date]) -> None:
    run = {"run_id": 7, "champion": "fading_month", "fallback": False, "model_version": "1", "n_obs": 99}
    run |= {"trained_at": trained_at, "train_start": TODAY - timedelta(days=90), "train_end": TODAY}
    run |= {"quality": json.dumps({"error_factor": 1.2}), "warnings": "[]"}
    bands = {"lower_95": 4, "lower_90": 5, "lower_80": 6, "upper_80": 15, "upper_90": 18, "upper_95": 24}
    publication.fill(
        "resolution_forecast",
        [run | bands | {"ds": day, "predicted": 10 + number % 4} for number, day in enumerate(days)],
    )


def ahead(first: date, days: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(days)]


async def test_days_to_come_are_told_with_their_band(
    admin: httpx.AsyncClient, publication: Publication
) -> None:
    issue(publication, datetime.now(UTC), ahead(TODAY - timedelta(days=1), 5))
    answer = await get(admin, PATH, forecast_days=2, confidence=0.8)
    assert answer["forecasts"] == [
        {"date": str(TODAY), "predicted_hours": 11, "lower": 6, "upper": 15},
        {"date": str(TODAY + timedelta(days=1)), "predicted_hours": 12, "lower": 6, "upper": 15},
    ]
    assert (answer["fallback"], answer["warnings"], answer["quality"]) == (False, [], {"error_factor": 1.2})
    assert answer["model"]["name"] == "fading_month"
    longer = await get(admin, PATH, forecast_days=7)
    assert [len(longer["forecasts"]), len(longer["warnings"])] == [4, 1]
    assert longer["warnings"][0].startswith("3 days are no longer within the forecast")


async def test_old_forecasts_are_said_to_be(admin: httpx.AsyncClient, publication: Publication) -> None:
    issue(publication, datetime.now(UTC) - timedelta(hours=37), ahead(TODAY, 28))
    assert (await get(admin, PATH))["warnings"] == ["stale"]


async def test_a_desk_without_tickets_is_told_empty(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    publish(connection, [])
    answer = await get(admin, PATH)
    assert (answer["predictions"], answer["forecasts"], answer["model"]) == ([], [], None)
    counted = {"total_resolved": 0, "still_open": 0}
    assert {
        name: value for name, value in answer["overall_statistics"].items() if value is not None
    } == counted
    assert answer["warnings"] == ["no forecast has been published yet"]
    assert answer["fallback"] is True


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 6), ("by", "person"), ("statistic", "mode"), ("forecast_days", 29), ("confidence", 0.5)],
)
async def test_what_cannot_be_asked_is_refused(admin: httpx.AsyncClient, field: str, value: object) -> None:
    response = await admin.get(PATH, params={field: str(value)})
    assert response.status_code == 400
    assert field in response.json()["details"]


async def test_agents_are_refused(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403
