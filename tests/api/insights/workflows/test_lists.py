"""A number opens to its rows: the list has its count, and the rows are those that were counted."""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.workflows.ways import Desk, Ticket, Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_TICKETS = ("department", "category", "sub_category", "priority")
STATUSES = {
    "completed": "completed",
    "pending": "pending",
    "in_progress": "in progress",
    "on_hold": "on_hold",
    "cancelled": "cancelled",
}
OUTCOMES: dict[str, Callable[[Visit], bool]] = {
    "completed": lambda visit: visit.direction in {"forward", "completed"},
    "rejected": lambda visit: visit.direction == "backward",
    "cancelled": lambda visit: visit.direction == "cancelled",
    "open": lambda visit: visit.direction == "open",
}


def sets(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a reproducible choice


def random_dates(generator: random.Random, desk: Desk) -> dict[str, date]:
    days = sorted(ticket.day for ticket in desk.tickets.values())
    span = (days[-1] - days[0]).days + 1
    start, end = sorted(days[0] + timedelta(days=generator.randrange(span)) for _ in range(2))
    return {name: day for name, day in (("start_date", start), ("end_date", end)) if generator.random() < 0.6}


def within(day: date, dates: dict[str, date]) -> bool:
    return dates.get("start_date", day) <= day <= dates.get("end_date", day)


def random_filters(generator: random.Random, row: Any, names: Iterable[str], chance: float) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if generator.random() < chance}


def meets(row: Any, filters: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in filters.items())


def newest_tickets(tickets: Iterable[Ticket]) -> list[int]:
    ordered = sorted(tickets, key=lambda ticket: (ticket.created_at, ticket.task_id), reverse=True)
    return [ticket.task_id for ticket in ordered]


def newest_visits(visits: Iterable[Visit]) -> list[int]:
    ordered = sorted(visits, key=lambda visit: (visit.entered_at, visit.visit_id), reverse=True)
    return [visit.visit_id for visit in ordered]


async def read_keys(client: httpx.AsyncClient, path: str, key: str, **query: Any) -> list[int]:
    """The rows of all pages by their key; the count is theirs."""
    page_size = 23
    answer = await get(client, path, page_size=page_size, **query)
    count, keys = answer["count"], [row[key] for row in answer["results"]]
    while answer["next"]:
        assert len(answer["results"]) == page_size
        answer = (await client.get(answer["next"])).json()
        assert answer["count"] == count
        keys += [row[key] for row in answer["results"]]
    assert count == len(keys), (path, query)
    return keys


@pytest.mark.parametrize("seed", range(15))
async def test_tickets_of_a_workflow(reader: httpx.AsyncClient, simulated: Desk, seed: int) -> None:
    generator = sets(seed)
    row = generator.choice(list(simulated.tickets.values()))
    filters = random_filters(generator, row, OF_TICKETS, 0.3)
    dates = random_dates(generator, simulated)
    chosen = [
        ticket
        for ticket in simulated.tickets.values()
        if ticket.workflow_id == row.workflow_id and meets(ticket, filters) and within(ticket.day, dates)
    ]
    path = f"/drilldown/workflow/{row.workflow_id}/"
    assert await read_keys(reader, path, "task_id", **filters, **dates) == newest_tickets(chosen)
    told = await get(reader, "/workflows/metrics/", workflow_id=row.workflow_id, **filters, **dates)
    figures = told["workflow_metrics"][0] if chosen else None
    for name, status in STATUSES.items():
        expected = newest_tickets(ticket for ticket in chosen if ticket.status == status)
        assert await read_keys(reader, path, "task_id", status=status, **filters, **dates) == expected
        assert figures is None or figures[f"{name}_tasks"] == len(expected)


@pytest.mark.parametrize("seed", range(15))
async def test_tickets_by_where_they_are_and_how_they_went(
    reader: httpx.AsyncClient, simulated: Desk, seed: int
) -> None:
    generator = sets(100 + seed)
    way = generator.choice(list(simulated.ways.values()))
    workflow_id = way[0].ticket.workflow_id
    filters = random_filters(generator, way[0].ticket, (*OF_TICKETS, "status"), 0.15)
    dates = random_dates(generator, simulated) if generator.random() < 0.5 else {}
    variants = await get(reader, f"/workflows/{workflow_id}/variants/", page_size=100)
    variant = generator.choice(variants["results"])
    step_id = generator.choice(way).step_id
    ways: dict[str, tuple[Any, Callable[[list[Visit]], bool]]] = {
        "step_id": (step_id, lambda way: way[-1].step_id == step_id),
        "is_reworked": (True, lambda way: any(visit.is_repeated for visit in way)),
        "skipped_step_id": (
            step_id,
            lambda way: way[0].ticket.status == "completed" and step_id not in {v.step_id for v in way},
        ),
        "variant": (
            variant["variant_id"],
            lambda way: (
                way[0].ticket.status == "completed"
                and [visit.step_id for visit in way] == variant["step_ids"]
            ),
        ),
    }
    for names in [[name] for name in ways] + [generator.sample(sorted(ways), 2)]:
        chosen = [
            way[0].ticket
            for way in simulated.ways_of(workflow_id)
            if all(ways[name][1](way) for name in names)
            and meets(way[0].ticket, filters)
            and within(way[0].ticket.day, dates)
        ]
        query = {name: ways[name][0] for name in names} | filters | dates
        found = await read_keys(reader, f"/drilldown/workflow/{workflow_id}/", "task_id", **query)
        assert found == newest_tickets(chosen), query


async def test_figures_of_the_process_map_open(reader: httpx.AsyncClient, workflow_ids: list[int]) -> None:
    for workflow_id in workflow_ids[:4]:
        path = f"/drilldown/workflow/{workflow_id}/"
        answer = await get(reader, f"/workflows/{workflow_id}/process-map/")

        async def count(path: str, **query: Any) -> int:
            return int((await get(reader, path, page_size=1, **query))["count"])

        assert await count(path, is_reworked=True) == answer["reworked_tickets"]
        assert await count(path, status="completed") == answer["completed_tickets"]
        for node in answer["nodes"]:
            step = {"step_id": node["step_id"]}
            assert await count("/drilldown/steps/", **step) == node["visits"]
            assert await count("/drilldown/steps/", outcome="open", **step) == node["currently_here"]
            assert await count("/drilldown/steps/", outcome="rejected", **step) == node["rejections"]
            assert await count("/drilldown/steps/", is_repeated=True, **step) == node["repeated_visits"]
            assert await count(path, skipped_step_id=node["step_id"]) == node["skipped_by"]
        for edge in answer["edges"]:
            ends = {"previous_step_id": edge["from_step_id"], "step_id": edge["to_step_id"]}
            assert await count("/drilldown/steps/", **ends) == edge["count"]
            assert await count("/drilldown/steps/", is_repeated=True, **ends) == edge["rework_count"]
            onward = {"step_id": edge["from_step_id"], "next_step_id": edge["to_step_id"]}
            assert await count("/drilldown/steps/", **onward) == edge["count"]


@pytest.mark.parametrize("seed", range(10))
async def test_tickets_of_a_department(reader: httpx.AsyncClient, simulated: Desk, seed: int) -> None:
    generator = sets(200 + seed)
    row = generator.choice(list(simulated.tickets.values()))
    names = (*OF_TICKETS, "workflow_id", "workflow_department")
    filters = random_filters(generator, row, names, 0.3)
    dates = random_dates(generator, simulated)
    chosen = [
        ticket
        for ticket in simulated.tickets.values()
        if meets(ticket, filters) and within(ticket.day, dates)
    ]
    query = filters | dates
    assert await read_keys(reader, "/drilldown/departments/", "task_id", **query) == newest_tickets(chosen)
    done = newest_tickets(ticket for ticket in chosen if ticket.status == "completed")
    query |= {"status": "completed"}
    assert await read_keys(reader, "/drilldown/departments/", "task_id", **query) == done


@pytest.mark.parametrize("seed", range(20))
async def test_visits_of_steps(reader: httpx.AsyncClient, simulated: Desk, seed: int) -> None:
    generator = sets(300 + seed)
    row = generator.choice(list(simulated.visits))
    filters = random_filters(generator, row.ticket, (*OF_TICKETS, "workflow_id", "source"), 0.25)
    steps = {"step_id": row.step_id} if generator.random() < 0.5 else {}
    if generator.random() < 0.2:
        steps["role"] = simulated.steps[row.step_id]["role"]
    dates = random_dates(generator, simulated)
    chosen = [
        visit
        for visit in simulated.visits
        if meets(visit.ticket, filters)
        and within(visit.day, dates)
        and visit.step_id == steps.get("step_id", visit.step_id)
        and simulated.steps[visit.step_id]["role"] == steps.get("role", row_role(simulated, visit))
    ]
    query = filters | steps | dates
    assert await read_keys(reader, "/drilldown/steps/", "visit_id", **query) == newest_visits(chosen)
    told = await get(reader, "/workflows/steps/", **query)
    names = {
        "completed": "completed_visits",
        "rejected": "rejections",
        "open": "currently_here",
    }
    for outcome, has_it in OUTCOMES.items():
        expected = newest_visits(filter(has_it, chosen))
        assert await read_keys(reader, "/drilldown/steps/", "visit_id", outcome=outcome, **query) == expected
        if outcome in names:
            assert sum(step[names[outcome]] for step in told["step_performance"]) == len(expected)


@pytest.mark.parametrize("seed", range(10))
async def test_visits_by_their_neighbours(reader: httpx.AsyncClient, simulated: Desk, seed: int) -> None:
    generator = sets(400 + seed)
    moves = [pair for way in simulated.ways.values() for pair in pairwise(way)]
    left, entered = generator.choice(moves)
    dates = random_dates(generator, simulated) if generator.random() < 0.5 else {}
    filters = random_filters(generator, left.ticket, ("priority", "department", "workflow_id"), 0.2)
    queries: list[tuple[dict[str, Any], Callable[[Visit], bool]]] = [
        (
            {"step_id": entered.step_id, "previous_step_id": left.step_id},
            lambda visit: (
                visit.step_id == entered.step_id
                and visit.previous is not None
                and visit.previous.step_id == left.step_id
            ),
        ),
        (
            {"next_step_id": entered.step_id},
            lambda visit: visit.next is not None and visit.next.step_id == entered.step_id,
        ),
        (
            {"step_id": entered.step_id, "is_repeated": entered.is_repeated},
            lambda visit: visit.step_id == entered.step_id and visit.is_repeated == entered.is_repeated,
        ),
        ({"is_repeated": True, "outcome": "completed"}, lambda visit: visit.is_repeated and done(visit)),
    ]
    for query, has_it in queries:
        chosen = [
            visit
            for visit in simulated.visits
            if has_it(visit) and meets(visit.ticket, filters) and within(visit.day, dates)
        ]
        found = await read_keys(reader, "/drilldown/steps/", "visit_id", **query, **filters, **dates)
        assert found == newest_visits(chosen), query


def done(visit: Visit) -> bool:
    return OUTCOMES["completed"](visit)


def row_role(desk: Desk, visit: Visit) -> str:
    return str(desk.steps[visit.step_id]["role"])
