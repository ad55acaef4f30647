from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.kit.db import with_database
from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.operational.facts import Desk, load_desk
from tests.conftest import temporary_database


@pytest.fixture(scope="module")
def own_url(server_url: str, published_desk: Any) -> Iterator[str]:
    """A copy of the simulated desk, whose thresholds may be changed."""
    template = urlsplit(published_desk.url).path.lstrip("/")
    with temporary_database(server_url, template=template) as name:
        yield with_database(server_url, name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own_service(own_url: str) -> AsyncIterator[FastAPI]:
    async with running_service(own_url) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(own_service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An admin who reads the copy and changes its thresholds."""
    async with calling(own_service, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def as_of(reader: httpx.AsyncClient) -> datetime:
    answer = await get(reader, "/workload/")
    return datetime.fromisoformat(answer["data_as_of"])


@pytest.fixture(scope="module")
def desk(own_url: str, as_of: datetime) -> Desk:
    return load_desk(own_url, as_of)
