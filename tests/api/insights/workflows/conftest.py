from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.workflows.ways import Desk, load_ways
from tests.fixtures.published_desk import PublishedDesk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk_service(published_desk: PublishedDesk) -> AsyncIterator[FastAPI]:
    """The service over the simulated desk."""
    async with running_service(published_desk.url) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(desk_service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An admin reading the simulated desk."""
    async with calling(desk_service, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulated(published_desk: PublishedDesk, reader: httpx.AsyncClient) -> Desk:
    """What was imported, as of the publication."""
    answer = await get(reader, "/workflows/metrics/")
    return load_ways(published_desk.url, datetime.fromisoformat(answer["data_as_of"]))


@pytest.fixture(scope="module")
def workflow_ids(simulated: Desk) -> list[int]:
    return sorted(simulated.designs)
