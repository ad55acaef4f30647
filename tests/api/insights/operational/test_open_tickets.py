"""SLA risk and the list of open tickets, held to the operational tables."""

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get, read_all
from tests.api.insights.operational.facts import Desk, Ticket

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPEN_ROWS = "/drilldown/tickets/open/"


def random_filters(desk: Desk, seed: int) -> dict[str, Any]:
    """Some of the common filters, with values of a ticket that exists."""
    rng = random.Random(seed)  # noqa: S311 - the same at every run
    ticket = rng.choice([each for each in desk.tickets if each.is_open])
    names = ("department", "category", "sub_category", "workflow_id", "priority", "source")
    query: dict[str, Any] = {name: getattr(ticket, name) for name in names if rng.random() < 0.2}
    if rng.random() < 0.3:
        query["start_date"] = (ticket.created_day - timedelta(days=rng.randint(0, 40))).isoformat()
    if rng.random() < 0.3:
        query["end_date"] = (ticket.created_day + timedelta(days=rng.randint(0, 40))).isoformat()
    return query


def is_at_risk(ticket: Ticket, query: dict[str, Any]) -> bool:
    ratio = query.get("at_risk_ratio", None if "within_hours" in query else 0.8)
    return (
        ticket.is_in_time
        and (ratio is None or ticket.ratio >= ratio)
        and ("within_hours" not in query or ticket.hours_left <= query["within_hours"])
    )


@pytest.mark.parametrize("seed", range(40))
async def test_risk_is_what_the_clocks_say(seed: int, reader: httpx.AsyncClient, desk: Desk) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same at every run
    query = random_filters(desk, seed)
    narrowed = [each for each in desk.those(query) if each.is_open and each.state != "no_sla"]
    if rng.random() < 0.6:
        query["at_risk_ratio"] = rng.choice([0.05, 0.25, 0.5, 0.75, 1])
    if rng.random() < 0.6:
        query["within_hours"] = rng.choice([1, 4, 10, 24, 48.5, 100])
    late = sorted((each for each in narrowed if each.state == "breached"), key=lambda each: each.hours_left)
    near = sorted((each for each in narrowed if is_at_risk(each, query)), key=lambda each: each.hours_left)

    answer = await get(reader, "/sla-risk/", limit=5, **query)

    summary = answer["summary"]
    assert summary == {
        "total_with_sla": len(narrowed),
        "breached_count": len(late),
        "at_risk_count": len(near),
        "critical_count": sum(each.ratio >= 0.9 for each in near),
        "healthy_count": len(narrowed) - len(late) - len(near),
    }
    assert [row["task_id"] for row in answer["breached"]] == [each.task_id for each in late[:5]]
    assert [row["task_id"] for row in answer["at_risk"]] == [each.task_id for each in near[:5]]
    for row, ticket in zip(answer["breached"] + answer["at_risk"], late[:5] + near[:5], strict=True):
        assert row["hours_remaining"] == pytest.approx(ticket.hours_left, abs=0.011)
        assert row["elapsed_ratio"] == pytest.approx(ticket.ratio, abs=0.0002)
        assert row["sla_status"] == ticket.state
    # Each number opens to its rows.
    asked = {"at_risk_ratio": answer["at_risk_ratio"], "within_hours": answer["within_hours"]}
    rows = query | {name: value for name, value in asked.items() if value is not None}
    assert sorted(await read_all(reader, OPEN_ROWS, **rows)) == sorted(each.task_id for each in near)
    without_clock = {name: value for name, value in query.items() if name not in asked}
    opened = await read_all(reader, OPEN_ROWS, sla_status="breached", **without_clock)
    assert sorted(opened) == sorted(each.task_id for each in late)


@pytest.mark.parametrize("seed", range(30))
async def test_the_list_holds_the_open_tickets_asked_for(
    seed: int, reader: httpx.AsyncClient, desk: Desk
) -> None:
    rng = random.Random(1000 + seed)  # noqa: S311 - the same at every run
    query = random_filters(desk, seed)
    found = [each for each in desk.those(query) if each.is_open]
    if rng.random() < 0.4:
        query["quiet_days"] = days = rng.randint(0, 30)
        found = [each for each in found if each.last_activity_at < desk.as_of - timedelta(days=days)]
    if rng.random() < 0.4:
        query["older_than_days"] = age = rng.randint(0, 60)
        found = [each for each in found if each.created_at < desk.as_of - timedelta(days=age)]
    if rng.random() < 0.4:
        query["beyond_hours"] = hours = rng.randint(0, 40)
        found = [each for each in found if each.is_in_time and each.hours_left > hours]
    if rng.random() < 0.4:
        query["status"] = status = rng.choice(["pending", "in progress", "on_hold"])
        found = [each for each in found if each.status == status]

    assert await read_all(reader, OPEN_ROWS, **query) == [
        each.task_id for each in sorted(found, key=lambda each: (each.created_at, each.task_id))
    ]


async def test_every_open_ticket_names_its_people(reader: httpx.AsyncClient, desk: Desk) -> None:
    answer = await get(reader, OPEN_ROWS, page_size=100)
    holders = {
        item["task_id"]: item["user_id"]
        for item in sorted(desk.items, key=lambda item: (item["assigned_on"], item["task_item_id"]))
        if item["closed_at"] is None
    }
    assert answer["results"]
    assert {row["task_id"]: row["assignee_id"] for row in answer["results"]} == {
        each.task_id: holders.get(each.task_id) for each in desk.tickets if each.is_open
    }
    assert all(row["owner"] for row in answer["results"])


@pytest.mark.parametrize(
    ("path", "query", "sentence"),
    [
        ("/sla-risk/", {"at_risk_ratio": "0"}, "greater than 0"),
        ("/sla-risk/", {"at_risk_ratio": "1.2"}, "less than or equal to 1"),
        ("/sla-risk/", {"within_hours": "soon"}, "within_hours"),
        ("/sla-risk/", {"limit": "101"}, "less than or equal to 100"),
        ("/anomalies/", {"days": "91"}, "less than or equal to 90"),
        ("/anomalies/", {"metric": "mood"}, "'volume', 'category', 'user', 'escalation' or 'stale'"),
        ("/workload/", {"department": "IT"}, "'department' is not a parameter"),
        (OPEN_ROWS, {"sla_status": "fine"}, "sla_status"),
    ],
)
async def test_bad_questions_are_refused(
    path: str, query: dict[str, str], sentence: str, reader: httpx.AsyncClient
) -> None:
    response = await reader.get(path, params=query)
    assert response.status_code == 400
    assert sentence in response.text
