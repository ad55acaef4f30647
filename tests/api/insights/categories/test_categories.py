"""Tickets as they were handed in: the real pipeline's numbers against a count of the snapshots themselves."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.rows import dict_row

from api.kit.db import with_database
from api.tickets.enums import TicketStatus
from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.desk import percentage
from tests.api.insights.proof.calls import prove
from tests.conftest import temporary_database

pytestmark = pytest.mark.asyncio(loop_scope="module")
GENERATOR = random.Random(17)  # noqa: S311 - a reproducible choice of filters
DIMENSIONS = ("department", "category", "sub_category", "priority", "workflow_id")
UNROUTED = """
    insert into ops.ticket_snapshot
        (ticket_number, original_ticket_id, subject, status, priority, category, sub_category, department,
         submit_date, created_at)
    select 'LOST-' || n, 'LOST-' || n, 'Lost ' || n,
           (array['New', 'Withdrawn', 'Pending External'])[n % 3 + 1], (array['High', 'Low'])[n % 2 + 1],
           (array['Technology', null, ' ', 'Garden'])[n % 4 + 1], null,
           (array['IT', null])[n % 2 + 1], now() - n * interval '1 day', now() - n * interval '1 day'
    from generate_series(1, 40) as n
"""
TICKETS = """
    select
        ticket.ticket_id,
        ticket.status,
        ticket.priority,
        coalesce(nullif(trim(ticket.department), ''), 'Unassigned') as department,
        coalesce(nullif(trim(ticket.category), ''), 'Uncategorized') as category,
        coalesce(nullif(trim(ticket.sub_category), ''), 'Uncategorized') as sub_category,
        task.workflow_id,
        (ticket.created_at at time zone 'UTC')::date as day,
        ticket.created_at
    from ops.ticket_snapshot as ticket
    left join ops.task as task on task.ticket_id = ticket.ticket_id and task.deleted_at is null
"""


@pytest.fixture(scope="module")
def desk_url(
    server_url: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A desk of which some tickets found no workflow."""
    with temporary_database(server_url, template=template_database) as name:
        url = with_database(server_url, name)
        run = partial(run_sluice, url, tmp_path_factory.mktemp("categories"))
        run("simulate", "--tickets", "150", "--days", "60", "--seed", "4")
        with psycopg.connect(url) as connection:
            connection.execute(UNROUTED)
        run("pipeline", "run", "--no-train")
        yield url


def run_sluice(url: str, home: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sluice", *arguments],
        env=os.environ | {"SLUICE_DATABASE_URL": url, "SLUICE_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tickets(desk_url: str) -> list[dict[str, Any]]:
    with psycopg.connect(desk_url, row_factory=dict_row) as connection:
        return connection.execute(TICKETS).fetchall()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(desk_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(desk_url) as app, calling(app, "Agent") as client:
        yield client


@pytest.fixture(scope="module")
def questions(tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{}, {"category": "Nowhere"}, *(random_question(tickets) for _ in range(60))]


def random_question(tickets: list[dict[str, Any]]) -> dict[str, Any]:
    """Filters of one of the tickets, so that some are left."""
    ticket = GENERATOR.choice(tickets)
    asked = {
        name: ticket[name]
        for name in GENERATOR.sample(DIMENSIONS, GENERATOR.choice([0, 1, 1, 2, 3]))
        if ticket[name] is not None
    }
    around = [ticket["day"] + timedelta(days=GENERATOR.randrange(-40, 0)), ticket["day"] + timedelta(days=9)]
    asked |= {"start_date": around[0]} if GENERATOR.random() < 0.4 else {}
    return asked | ({"end_date": around[1]} if GENERATOR.random() < 0.4 else {})


def select(tickets: list[dict[str, Any]], asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        ticket
        for ticket in tickets
        if all(ticket[name] == asked[name] for name in (*DIMENSIONS, "status") if name in asked)
        and asked.get("start_date", date.min) <= ticket["day"] <= asked.get("end_date", date.max)
    ]


def shares(tickets: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    counts = Counter(ticket[name] for ticket in tickets)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {name: value, "count": count, "percentage": percentage(count, len(tickets))}
        for value, count in ordered
    ]


async def test_every_group_is_counted(
    client: httpx.AsyncClient, tickets: list[dict[str, Any]], questions: list[dict[str, Any]]
) -> None:
    for asked in questions:
        answer, chosen = await get(client, "/ticket-categories/", **asked), select(tickets, asked)
        assert answer["total_tickets"] == len(chosen), asked
        for name in ("category", "sub_category", "department"):
            by_name = sorted(answer[f"by_{name}"], key=lambda each: (-each["count"], each[name]))
            assert by_name == shares(chosen, name), asked
            counts = [each["count"] for each in answer[f"by_{name}"]]
            assert counts == sorted(counts, reverse=True)
        for branch in answer["hierarchical"]:
            inside = [ticket for ticket in chosen if ticket["category"] == branch["category"]]
            assert branch["total"] == len(inside)
            told = {each["name"]: each["count"] for each in branch["sub_categories"]}
            assert told == Counter(ticket["sub_category"] for ticket in inside)
        assert {each["category"] for each in answer["hierarchical"]} == {each["category"] for each in chosen}


async def test_tickets_without_a_workflow_are_counted(
    client: httpx.AsyncClient, tickets: list[dict[str, Any]]
) -> None:
    routed = sum(ticket["workflow_id"] is not None for ticket in tickets)
    assert (await get(client, "/tickets/dashboard/"))["total_tickets"] == routed
    assert (await get(client, "/ticket-categories/"))["total_tickets"] == routed + 40


async def test_a_count_opens_to_its_rows(
    client: httpx.AsyncClient, tickets: list[dict[str, Any]], questions: list[dict[str, Any]]
) -> None:
    for asked in questions[:25]:
        narrowed = asked | (
            {"status": GENERATOR.choice(["New", "Closed"])} if GENERATOR.random() < 0.5 else {}
        )
        wanted = select(tickets, narrowed)
        for size in (7, 100):
            page, listed = await get(client, "/drilldown/tickets/category/", page_size=size, **narrowed), []
            while True:
                assert page["count"] == len(wanted), narrowed
                listed += [row["ticket_id"] for row in page["results"]]
                if page["next"] is None:
                    break
                page = (await client.get(page["next"])).json()
            newest = sorted(wanted, key=lambda each: (each["created_at"], each["ticket_id"]), reverse=True)
            assert listed == [each["ticket_id"] for each in newest]


async def test_statuses_of_tickets_are_counted(
    client: httpx.AsyncClient, tickets: list[dict[str, Any]], questions: list[dict[str, Any]]
) -> None:
    for asked in questions:
        answer = await get(client, "/tickets/status/", basis="ticket", **asked)
        counts = Counter(ticket["status"] for ticket in select(tickets, asked))
        assert (answer["basis"], answer["total_tickets"]) == ("ticket", counts.total())
        assert {each["status"]: each["count"] for each in answer["status_summary"]} == {
            status: counts[status] for status in TicketStatus
        }
        for each in answer["status_summary"]:
            assert each["percentage"] == percentage(each["count"], counts.total())
        told = [each["count"] for each in answer["status_summary"]]
        assert told == sorted(told, reverse=True)


async def test_every_number_is_proven(client: httpx.AsyncClient, questions: list[dict[str, Any]]) -> None:
    fields = [
        None,
        "by_category[].count",
        "by_department[].percentage",
        "hierarchical[].sub_categories[].count",
    ]
    for asked in questions[:12]:
        query = httpx.QueryParams({name: str(value) for name, value in asked.items()})
        for field in fields:
            proof = await prove(client, f"/analytics/ticket-categories/?{query}", field)
            assert proof["agrees"], proof
        path = f"/analytics/tickets/status/?basis=ticket&{query}"
        for field in ("status_summary[].count", "status_summary[].percentage"):
            proof = await prove(client, path, field)
            assert proof["agrees"], proof
            assert len(proof["proofs"]) == len(TicketStatus)


@pytest.mark.parametrize("query", ["status=lost", "colour=red", "start_date=2026-13-01", "priority=soon"])
async def test_bad_questions_are_refused(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"/drilldown/tickets/category/?{query}")
    assert response.status_code == 400
    assert response.json()["details"]
