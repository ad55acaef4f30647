"""What the publication has ready of all days is what its histograms tell."""

import json
from typing import Any

import asyncpg
import pytest

from tests.api.insights.calls import Asked, calling, running_service
from tests.fixtures.published_desk import PublishedDesk

READY = "serving.durations_to_date"


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/dashboard/",
        "/tickets/priority/",
        "/tickets/sla/?group_by=category",
        "/workflows/metrics/",
        "/workflows/departments/",
        "/workflows/steps/",
        "/tasks/performance/",
        "/tasks/users/?limit=1000",
    ],
)
async def test_percentiles_that_are_ready_are_those_of_the_histograms(
    published_desk: PublishedDesk, asked: Asked, path: str
) -> None:
    async with running_service(published_desk.url) as app, calling(app, "Admin") as client:
        response = await client.get(path)
        assert response.status_code == 200, response.text
    ((statement, arguments),) = [told for told in asked.statements.items() if READY in told[0]]
    connection = await asyncpg.connect(published_desk.url)
    transaction = connection.transaction()
    await transaction.start()

    async def answer() -> dict[str, Any]:
        row = await connection.fetchrow(statement, *arguments)
        assert row is not None
        body = json.loads(row["body"])
        return {name: value for name, value in body.items() if name != "generated_at"}

    try:
        ready = await answer()
        assert await connection.execute(f"delete from {READY}") != "DELETE 0"
        assert await answer() == ready
        await connection.execute("delete from serving.duration_histogram")
        assert await answer() != ready
    finally:
        await transaction.rollback()
        await connection.close()
