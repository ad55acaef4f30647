from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import psycopg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.api.insights.calls import Asked, calling, running_service
from tests.api.insights.desk import AS_OF, Ticket, random_desk
from tests.api.insights.publishing import Publication


@pytest.fixture(scope="module")
def desk() -> list[Ticket]:
    return random_desk(400, seed=7)


@pytest.fixture(scope="module")
def published_database(module_database_url: str, desk: list[Ticket]) -> str:
    """The random desk, published once for the tests of a module."""
    with psycopg.connect(module_database_url) as connection:
        Publication(connection, desk).publish()
    return module_database_url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(published_database: str) -> AsyncIterator[FastAPI]:
    """The service over the random desk."""
    async with running_service(published_database) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An admin reading the random desk."""
    async with calling(service, "Admin") as client:
        yield client


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[FastAPI]:
    """A service of the test's own: nothing is published until the test does."""
    async with running_service(database_url) as app:
        yield app


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, "Admin") as client:
        yield client


@pytest.fixture
def sla_vector() -> list[Ticket]:
    """The contract's example: 6 met, 2 late, 1 overdue, 5 in time, 1 without target, 1 cancelled."""
    start, hour = AS_OF - timedelta(days=2), timedelta(hours=1)
    lives: list[dict[str, Any]] = [
        *[{"status": "completed", "target": start + 2 * hour, "resolved_at": start + hour}] * 6,
        *[{"status": "completed", "target": start + hour, "resolved_at": start + 2 * hour}] * 2,
        {"target": AS_OF - hour},
        *[{"target": AS_OF + 100 * hour}] * 5,
        {},
        {"status": "cancelled", "target": start + hour, "cancelled_at": start},
    ]
    return [Ticket(task_id=number, created_at=start, **life) for number, life in enumerate(lives, 1)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    seen = Asked()
    real = asyncpg.Connection.fetchrow

    async def fetchrow(self: asyncpg.Connection, query: str, *arguments: Any, **options: Any) -> Any:
        seen.statements[query] = arguments
        return await real(self, query, *arguments, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetchrow", fetchrow)
    return seen
