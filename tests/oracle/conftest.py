"""A desk as its reader asks it; each module says which in its fixture `published`."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, running_service
from tests.fixtures.published_desk import PublishedDesk
from tests.oracle.desk import ImportedDesk
from tests.oracle.questions import published_at

# The claims are no test module themselves, and shall say what differs all the same.
pytest.register_assert_rewrite("tests.oracle.claims")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(published: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published.url) as app, calling(app, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(published: PublishedDesk, client: httpx.AsyncClient) -> ImportedDesk:
    return await published_at(client, published.url)
