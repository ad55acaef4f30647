"""Every answer asked for as it was known, beside what was answered then."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from pipelines.runner import run_pipeline
from tests.api.insights.calls import calling, running_service
from tests.api.insights.formats.reading import read_csv
from tests.pipelines.published import add_ticket

# What tells of now, and what no publication changes.
NOT_KNOWN_ON = {
    "/analytics/service-health/",
    "/analytics/lineage/",
    "/analytics/metrics/",
    "/analytics/metrics/{metric_id}/",
    "/analytics/thresholds/",
}
PROOFS = [
    {"path": "/analytics/tickets/dashboard/"},
    {"path": "/analytics/tickets/status/?priority=High", "field": "status_summary[].count"},
]
# The instant of the answer, and the question itself in the addresses of answers beside it.
OF_THE_QUESTION = re.compile(rb'"generated_at" ?: ?"[^"]*"|(%3F|%26|[?&])known_on(%3D|=)\d+')
# What comes late and what is put right, and then what is taken back.
LATE = """
    update ops.task set status = 'completed', resolution_time = sla_started_at + interval '1 hour'
    where task_id = (select min(task_id) from ops.task where status = 'pending')
"""
CORRECTED = """
    update ops.ticket_snapshot set department = 'Corrected', priority = 'Critical'
    where ticket_id in (select ticket_id from ops.task where status = 'completed' order by task_id limit 5)
"""
DELETED = "update ops.task set deleted_at = now() where task_id = (select max(task_id) from ops.task)"


@dataclass(frozen=True)
class Published:
    """What one publication answered, by address, when it was the current one."""

    publication_id: int
    published_at: datetime
    answers: dict[str, bytes]


def with_client(url: str, ask: Callable[[FastAPI, httpx.AsyncClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with running_service(url) as app, calling(app, "Admin") as client:
            return await ask(app, client)

    return asyncio.run(run())


def addresses(app: FastAPI, item: dict[str, Any]) -> list[str]:
    """Every path that can be asked for as known, in the formats that it has; of lists pages of five."""
    found = []
    for path, operations in app.openapi()["paths"].items():
        if not path.startswith("/analytics/") or "get" not in operations or path == "/analytics/proof/":
            continue
        names = {parameter["name"] for parameter in operations["get"].get("parameters", [])}
        assert ("known_on" in names) == (path not in NOT_KNOWN_ON), path
        if path not in NOT_KNOWN_ON:
            address = path.removeprefix("/analytics").format(**item)
            kinds = ["csv", "xes"] if path.endswith("/event-log/") else ["json", "csv"]
            is_paged = "page_size" in names
            found += [
                f"{address}?format={kind}" + ("&page_size=5" if is_paged and kind == "json" else "")
                for kind in kinds
            ]
    return found + [str(httpx.URL("/proof/", params=proof)) for proof in PROOFS]


async def read(client: httpx.AsyncClient, address: str, known_on: object = None) -> tuple[bytes, int]:
    asked = address if known_on is None else str(httpx.URL(address).copy_merge_params({"known_on": known_on}))
    response = await client.get(asked)
    assert response.status_code == 200, (asked, response.text)
    told = response.headers.get("x-publication-id") or response.json()["publication_id"]
    if response.headers["content-type"].startswith("text/csv"):
        rows = [{**row, "generated_at": None} for row in read_csv(response)]
        return json.dumps(rows).encode(), int(told)
    return OF_THE_QUESTION.sub(b"", response.content), int(told)


@pytest.fixture(scope="module")
def history(desk_url: str) -> list[Published]:
    """Publications between changes of each kind, the last of them a full refresh."""
    with psycopg.connect(desk_url, autocommit=True) as connection:
        published = [publish(desk_url, connection, train=True)]
        add_ticket(connection, "LATE-1")
        assert connection.execute(LATE).rowcount == 1
        published.append(publish(desk_url, connection))
        assert connection.execute(CORRECTED).rowcount + connection.execute(DELETED).rowcount == 6
        published.append(publish(desk_url, connection))
        published.append(publish(desk_url, connection, full_refresh=True))
    return published


def publish(url: str, connection: psycopg.Connection, **how: bool) -> Published:
    outcome = run_pipeline(**{"train": False, **how})
    assert outcome.failures == []
    item = connection.execute(
        "select workflow_id, user_id from serving.item_rows order by task_item_id limit 1"
    ).fetchone()
    asked = dict(zip(("workflow_id", "user_id"), item or (), strict=True))
    found = connection.execute("select max(published_at) from serving.publications").fetchone()

    async def record(app: FastAPI, client: httpx.AsyncClient) -> dict[str, bytes]:
        told = {}
        for address in addresses(app, asked):
            told[address], publication_id = await read(client, address)
            assert publication_id == outcome.publication_id
        return told

    assert found is not None
    return Published(outcome.publication_id or 0, found[0], with_client(url, record))


class TestKnownOn:
    def test_every_publication_answers_as_it_did(self, desk_url: str, history: list[Published]) -> None:
        async def compare(_: FastAPI, client: httpx.AsyncClient) -> list[tuple[int, str]]:
            different = []
            for then in history:
                for address, answer in then.answers.items():
                    told = await read(client, address, then.publication_id)
                    if told != (answer, then.publication_id):
                        different.append((then.publication_id, address))
            return different

        assert with_client(desk_url, compare) == []

    def test_the_changes_were_told(self, history: list[Published]) -> None:
        address = "/drilldown/tickets/status/?format=csv"
        assert len({then.answers[address] for then in history[:-1]}) == len(history) - 1

    def test_an_instant_is_answered_by_the_publication_of_then(
        self, desk_url: str, history: list[Published]
    ) -> None:
        async def ask(_: FastAPI, client: httpx.AsyncClient) -> list[int]:
            return [
                (await read(client, "/tickets/dashboard/", instant.isoformat()))[1]
                for then in history
                for instant in (then.published_at, then.published_at + timedelta(milliseconds=1))
            ]

        numbers = [then.publication_id for then in history]
        assert with_client(desk_url, ask) == [number for number in numbers for _ in range(2)]
