from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.api.insights.calls import signed_in_client
from tests.api.insights.desk import Ticket, random_desk
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
async def client(published_database: str) -> AsyncIterator[httpx.AsyncClient]:
    """An admin reading the random desk."""
    async with signed_in_client(published_database, "Admin") as client:
        yield client


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def empty_client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """An admin of a desk of one's own: nothing is published until the test does."""
    async with signed_in_client(database_url, "Admin") as client:
        yield client
