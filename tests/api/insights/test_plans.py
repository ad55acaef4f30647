"""What the statements of the read side touch, as PostgreSQL plans them."""

import json
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import httpx
import psycopg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.api.insights.calls import Asked, calling, running_service
from tests.fixtures.published_desk import PublishedDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")

# One row per ticket, item, visit or event, or more than that: to be read through an index, always.
ROW_TABLES = {
    "ticket_rows", "item_rows", "visit_rows", "case_rows", "snapshot_rows", "ticket_cube", "work_cube",
    "snapshot_cube", "duration_histogram", "durations_to_date", "user_days",
}  # fmt: skip
# What is read live, by design: the state of the service itself, rows counted to prove a number, and the
# thresholds that admins edit. The catalogue of metrics is not read from the database at all.
OTHER_PATHS = {
    "/analytics/service-health/",
    "/analytics/proof/",
    "/analytics/lineage/",
    "/analytics/metrics/",
    "/analytics/metrics/{metric_id}/",
}
LIVE_TABLES = {"ops.insight_threshold"}
SETS = 4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(published_desk: PublishedDesk) -> AsyncIterator[FastAPI]:
    async with running_service(published_desk.url) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planner(published_desk: PublishedDesk) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(published_desk.url)
    # A table of a test is small enough to be read whole; what is left to be scanned has no index.
    await connection.execute("set enable_seqscan = off")
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def known(published_desk: PublishedDesk) -> list[dict[str, Any]]:
    """Values that filters can have, those of one item together."""
    with psycopg.connect(published_desk.url) as connection:
        cursor = connection.execute(
            "select department, category, sub_category, workflow_id, step_id, priority, role, user_id,"
            " source, assigned_on::date::text as start_date"
            " from serving.item_rows order by task_item_id"
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def published_paths(app: FastAPI) -> dict[str, list[str]]:
    """Every route of the read side with the names of its parameters."""
    paths = app.openapi()["paths"]
    return {
        path: [
            parameter["name"]
            for parameter in operations["get"].get("parameters", [])
            if parameter["in"] == "query"
        ]
        for path, operations in paths.items()
        if path.startswith("/analytics/") and "get" in operations and path not in OTHER_PATHS
    }


def scans(plan: Any) -> Iterator[tuple[str, str, str]]:
    """Kind, schema and name of each relation that a plan reads."""
    if isinstance(plan, list):
        for part in plan:
            yield from scans(part)
    elif isinstance(plan, dict):
        if "Relation Name" in plan:
            yield plan["Node Type"], plan["Schema"], plan["Relation Name"]
        for part in plan.values():
            yield from scans(part)


# Asked for as known on a publication, a statement reads the rows that are past beside those of now.
@pytest.mark.parametrize(
    ("as_known", "schemas"),
    [({}, {"serving"}), ({"known_on": "1"}, {"serving", "past"})],
    ids=["now", "known"],
)
async def test_every_statement_reads_serving_alone_and_no_row_table_whole(
    app: FastAPI,
    client: httpx.AsyncClient,
    planner: asyncpg.Connection,
    asked: Asked,
    known: list[dict[str, Any]],
    *,
    as_known: dict[str, str],
    schemas: set[str],
) -> None:
    generator = random.Random(11)  # noqa: S311 - a reproducible choice
    read: set[str] = set()
    for path, parameters in published_paths(app).items():
        for number in range(SETS):
            item = generator.choice(known)
            filters = {name: item[name] for name in item if name in parameters and generator.random() < 0.4}
            known_on = as_known if "known_on" in parameters else {}
            asked.statements.clear()
            address = path.removeprefix("/analytics").format(**item)
            response = await client.get(address, params=(filters if number else {}) | known_on)
            assert response.status_code == 200, (address, filters, response.text)
            for statement, arguments in asked.statements.items():
                plan = await planner.fetchval(f"explain (format json, verbose) {statement}", *arguments)
                for kind, schema, table in scans(json.loads(plan)):
                    read.add(table)
                    assert schema in schemas or f"{schema}.{table}" in LIVE_TABLES, (path, filters, table)
                    assert kind != "Seq Scan" or table not in ROW_TABLES, (path, filters, table)
    assert ROW_TABLES & read == ROW_TABLES
