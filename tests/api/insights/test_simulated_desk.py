"""How long tickets took, as the real pipeline publishes it, against the operational rows."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.rows import dict_row

from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.desk import Filters, hours, pop_percentiles

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTIONS = range(40)
GROUPS = {
    "priority": "priority",
    "workflow": "workflow_id",
    "department": "department",
    "category": "category",
}
TOLD = """
    select
        task.created_at, task.status, task.is_resolution_recorded, task.resolution_time,
        task.first_response_at, task.workflow_id, ticket.priority, ticket.department, ticket.category,
        ticket.sub_category
    from ops.task
    inner join ops.ticket_snapshot as ticket using (ticket_id)
    where task.deleted_at is null
    order by task.task_id
"""
Row = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(published_desk: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_desk.url) as app, calling(app, "Admin") as client:
        yield client


@pytest.fixture(scope="module")
def rows(published_desk: Any) -> list[Row]:
    with psycopg.connect(published_desk.url, row_factory=dict_row) as connection:
        found = connection.execute(TOLD).fetchall()
    for row in found:
        row["day"] = row["created_at"].astimezone(UTC).date()
        is_resolved = row["status"] == "completed" and row["is_resolution_recorded"]
        row["resolution"] = seconds_between(row, "resolution_time") if is_resolved else None
        row["first_response"] = seconds_between(row, "first_response_at")
    return found


def seconds_between(row: Row, end: str) -> int | None:
    return None if row[end] is None else max(int((row[end] - row["created_at"]).total_seconds()), 0)


def durations(rows: list[Row], kind: str) -> list[int]:
    return [row[kind] for row in rows if row[kind] is not None]


def random_question(rows: list[Row], seed: int) -> Filters:
    """What some ticket of the desk has, so that the answer is rarely empty."""
    generator = random.Random(seed)  # noqa: S311 - a reproducible choice of filters
    row = generator.choice(rows)
    dimensions = ("department", "category", "sub_category", "workflow_id", "priority")
    chosen = {name: row[name] for name in dimensions if generator.random() < 0.3}
    chances = generator.random(), generator.random()
    return Filters(
        start_date=row["day"] - timedelta(days=generator.randrange(40)) if chances[0] < 0.6 else None,
        end_date=row["day"] + timedelta(days=generator.randrange(40)) if chances[1] < 0.6 else None,
        **chosen,
    )


def select(rows: list[Row], filters: Filters) -> list[Row]:
    equal = {name: value for name, value in vars(filters).items() if value is not None and "date" not in name}
    return [
        row
        for row in rows
        if all(row[name] == value for name, value in equal.items())
        and (filters.start_date is None or row["day"] >= filters.start_date)
        and (filters.end_date is None or row["day"] <= filters.end_date)
    ]


@pytest.mark.parametrize("seed", QUESTIONS)
async def test_the_dashboard_tells_how_long_tickets_took(
    reader: httpx.AsyncClient, rows: list[Row], seed: int
) -> None:
    filters = random_question(rows, seed)
    answer = await get(reader, "/tickets/dashboard/", **filters.query())
    wanted = select(rows, filters)
    assert answer["total_tickets"] == len(wanted)
    for kind, name, percents in (
        ("resolution", "resolutions", (90, 95)),
        ("first_response", "first_responses", (90,)),
    ):
        seconds = durations(wanted, kind)
        assert answer[name] == len(seconds)
        assert answer[f"avg_{kind}_hours"] == hours(seconds)
        pop_percentiles(answer, kind, seconds, *percents)


@pytest.mark.parametrize("group_by", GROUPS)
@pytest.mark.parametrize("seed", QUESTIONS[:20])
async def test_each_group_tells_how_long_its_tickets_took(
    reader: httpx.AsyncClient, rows: list[Row], seed: int, group_by: str
) -> None:
    filters = random_question(rows, seed)
    answer = await get(reader, "/tickets/sla/", group_by=group_by, **filters.query())
    wanted = select(rows, filters)
    field = GROUPS[group_by]
    told = {group[field]: group for group in answer["sla_compliance"]}
    assert {row[field] for row in wanted} <= told.keys()
    for name, group in told.items():
        seconds = durations([row for row in wanted if row[field] == name], "resolution")
        assert group["resolutions"] == len(seconds)
        assert group["avg_resolution_hours"] == hours(seconds)
        pop_percentiles(group, "resolution", seconds, 90)
