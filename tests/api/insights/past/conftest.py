from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, running_service
from tests.api.insights.past.oracle import Records
from tests.fixtures.published_desk import PublishedDesk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(published_desk: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_desk.url) as app, calling(app, "Admin") as client:
        yield client


@pytest.fixture(scope="module")
def records(published_desk: PublishedDesk) -> Iterator[Records]:
    with psycopg.connect(published_desk.url) as connection:
        yield Records(connection)
