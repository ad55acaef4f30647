"""A published desk as an analyst sees it: a login of their own, and the API beside it."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from dbt.contracts.graph.manifest import Manifest
from fastapi import FastAPI

from pipelines.resources.dbt import Dbt
from pipelines.settings import PipelineSettings
from sluice.analysts import add_analyst, remove_analyst
from tests.api.insights.calls import calling, running_service
from tests.fixtures.published_desk import PublishedDesk


@pytest.fixture(scope="module")
def analyst_url(published_desk: PublishedDesk) -> Iterator[str]:
    """What `sluice analyst add` prints."""
    name = f"ana_{uuid.uuid4().hex[:12]}"
    yield add_analyst(published_desk.url, name)
    remove_analyst(published_desk.url, name)


@pytest.fixture(scope="module")
def analyst(analyst_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(analyst_url, autocommit=True) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(published_desk: PublishedDesk) -> AsyncIterator[FastAPI]:
    async with running_service(published_desk.url) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An admin reading the same desk through the API."""
    async with calling(service, "Admin") as client:
        yield client


@pytest.fixture(scope="package")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Path]:
    """The project, and the file of its semantic models that dbt writes."""
    settings = PipelineSettings(home=tmp_path_factory.mktemp("sluice"))
    return Dbt(settings).manifest(), settings.dbt_artifacts / "target" / "semantic_manifest.json"
