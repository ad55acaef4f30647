from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.items.turns import Turn, load_turns


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk_service(published_desk: Any) -> AsyncIterator[FastAPI]:
    """The service over the simulated desk."""
    async with running_service(published_desk.url) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(desk_service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An admin reading the simulated desk."""
    async with calling(desk_service, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def as_of(reader: httpx.AsyncClient) -> datetime:
    answer = await get(reader, "/tasks/status/")
    return datetime.fromisoformat(answer["data_as_of"])


@pytest.fixture(scope="module")
def turns(published_desk: Any, as_of: datetime) -> list[Turn]:
    return load_turns(published_desk.url, as_of)
