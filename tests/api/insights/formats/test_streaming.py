"""A long list goes out piece by piece, and is one publication's from its first row to its last."""

import asyncio
import csv
import io
from collections.abc import MutableMapping
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from pyarrow import parquet

from tests.api.insights.desk import random_desk
from tests.api.insights.publishing import Publication

PATH = "/analytics/drilldown/tickets/status/"
TICKETS = 2_200


class Reader:
    """The service's other end, which gets to act after each piece."""

    def __init__(self, admin: httpx.AsyncClient) -> None:
        self.authorization = admin.headers["Authorization"]
        self.pieces: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.is_gone = asyncio.Event()
        self.has_asked = False

    async def read(self, app: FastAPI, query: str) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": PATH,
            "raw_path": PATH.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"desk.test"), (b"authorization", self.authorization.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("desk.test", 80),
        }
        await app(scope, self.wait, self.take)

    async def wait(self) -> MutableMapping[str, Any]:
        if not self.has_asked:
            self.has_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def take(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["body"]:
            self.pieces.append(message["body"])
            await self.act()

    async def act(self) -> None:
        """What the reader does once it holds a piece more."""


class Publisher(Reader):
    """Publishes another desk as soon as the first rows are there."""

    def __init__(self, admin: httpx.AsyncClient, publication: Publication) -> None:
        super().__init__(admin)
        self.publication = publication
        self.published: int | None = None

    async def act(self) -> None:
        if self.published is None:
            self.published = await asyncio.to_thread(self.publication.publish)


class Leaver(Reader):
    """Goes away in the middle."""

    async def act(self) -> None:
        self.is_gone.set()
        await asyncio.sleep(0)


def ids_of(kind: str, content: bytes) -> list[int]:
    if kind == "csv":
        return [int(row["task_id"]) for row in csv.DictReader(io.StringIO(content.decode(), newline=""))]
    ids: list[int] = parquet.read_table(io.BytesIO(content))["task_id"].to_pylist()
    return ids


@pytest.mark.parametrize("kind", ["csv", "parquet"])
async def test_a_list_is_of_one_publication(
    app: FastAPI, admin: httpx.AsyncClient, connection: psycopg.Connection[Any], kind: str
) -> None:
    desk = random_desk(TICKETS, seed=5)
    first = Publication(connection, desk).publish()
    reader = Publisher(admin, Publication(connection, desk[:10]))
    await reader.read(app, f"format={kind}")
    assert reader.published not in {None, first}
    assert reader.headers["x-publication-id"] == str(first)
    newest_first = sorted(desk, key=lambda each: (each.created_at, each.task_id), reverse=True)
    assert ids_of(kind, b"".join(reader.pieces)) == [each.task_id for each in newest_first]
    assert "content-length" not in reader.headers
    afresh = await admin.get(PATH.removeprefix("/analytics"), params={"format": kind})
    assert len(ids_of(kind, afresh.content)) == 10


async def test_no_piece_grows_with_the_list(
    app: FastAPI, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    sizes = []
    for tickets in (TICKETS // 2, TICKETS):
        Publication(connection, random_desk(tickets, seed=5)).publish()
        reader = Reader(admin)
        await reader.read(app, "format=csv")
        sizes.append([len(piece) for piece in reader.pieces])
    assert sum(sizes[1]) > 1.9 * sum(sizes[0])
    assert max(sizes[1]) < 1.1 * max(sizes[0])


async def test_a_reader_who_leaves_gives_back_the_connection(
    app: FastAPI, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    """The service of these tests has one connection to read with."""
    Publication(connection, random_desk(TICKETS, seed=5)).publish()
    reader = Leaver(admin)
    await reader.read(app, "format=csv")
    assert len(reader.pieces) == 1
    assert (await admin.get("/tickets/status/")).status_code == 200


async def test_before_the_first_publication_there_is_nothing_to_send(admin: httpx.AsyncClient) -> None:
    for kind in ("csv", "parquet"):
        response = await admin.get("/drilldown/tickets/status/", params={"format": kind})
        assert (response.status_code, response.json()["code"]) == (503, "not_published")
