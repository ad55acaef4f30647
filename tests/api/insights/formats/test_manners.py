"""How a format is asked for, who may have it, and what comes with it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pyarrow as pa
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pyarrow import parquet

from tests.api.insights.calls import ALL, DATED, LISTS, calling

pytestmark = pytest.mark.asyncio(loop_scope="module")

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"
KINDS = {"json": JSON, "csv": CSV, "parquet": PARQUET}
TABLES = ["csv", "parquet"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def agent(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(service, "Agent") as client:
        yield client


def media_type(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.headers["content-type"]).partition(";")[0]


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/csv", CSV),
        ("TEXT/CSV; charset=utf-8", CSV),
        ("text/*", CSV),
        ("text/csv, */*", CSV),
        ("text/csv;q=0.9, application/json;q=0.8", CSV),
        (PARQUET, PARQUET),
        (f"{PARQUET}, text/csv;q=0.5", PARQUET),
        ("application/json, text/csv", JSON),
        ("text/csv;q=0.4, application/json;q=0.5", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("*/*", JSON),
        ("image/png", JSON),
        ("text/csv;q=0", JSON),
        ("text/csv;q=lots", JSON),
        (";;,", JSON),
    ],
)
async def test_the_header_is_weighed(client: httpx.AsyncClient, accept: str, wanted: str) -> None:
    response = await client.get("/tickets/status/", headers={"Accept": accept})
    assert media_type(response) == wanted
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_query_wins_over_the_header(client: httpx.AsyncClient, path: str, kind: str) -> None:
    for accept in KINDS.values():
        response = await client.get(path, params={"format": kind.upper()}, headers={"Accept": accept})
        assert media_type(response) == KINDS[kind]


@pytest.mark.parametrize("path", ALL)
async def test_an_unknown_format_is_refused_with_those_there_are(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path, params={"format": "xlsx"})
    assert response.status_code == 400
    assert response.json()["details"] == {
        "format": ["'xlsx' is not a format of this answer: use json, csv, parquet"]
    }


@pytest.mark.parametrize("kind", TABLES)
async def test_all_rows_are_for_admins_and_figures_for_all_staff(agent: httpx.AsyncClient, kind: str) -> None:
    for path in DATED:
        response = await agent.get(path, params={"format": kind})
        assert response.status_code == (403 if path in LISTS else 200)
        assert (await agent.get(path)).status_code == 200


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("path", LISTS)
async def test_a_table_has_no_pages(client: httpx.AsyncClient, path: str, name: str) -> None:
    response = await client.get(path, params={"format": "csv", name: "1"})
    assert response.status_code == 400
    assert "leave it out" in response.json()["details"][name][0]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("kind", TABLES)
async def test_a_table_is_a_named_file_of_its_publication(
    client: httpx.AsyncClient, path: str, kind: str
) -> None:
    response = await client.get(path, params={"format": kind})
    name = path.strip("/").replace("/", "-")
    assert response.headers["content-disposition"] == f'attachment; filename="{name}.{kind}"'
    told = await client.get(path)
    for header in ("x-publication-id", "x-data-as-of", "cache-control"):
        assert response.headers[header] == told.headers[header]
    assert "content-disposition" not in told.headers


@pytest.mark.parametrize("path", ALL)
async def test_each_format_has_its_own_copy(client: httpx.AsyncClient, path: str) -> None:
    etags = {
        kind: (await client.get(path, headers={"Accept": accept})).headers["etag"]
        for kind, accept in KINDS.items()
    }
    assert len(set(etags.values())) == 3
    for kind, accept in KINDS.items():
        for held, etag in etags.items():
            response = await client.get(path, headers={"Accept": accept, "If-None-Match": etag})
            assert response.status_code == (304 if held == kind else 200)
            assert (response.content == b"") == (held == kind)


@pytest.mark.parametrize("path", LISTS)
async def test_columns_have_the_types_of_the_documentation(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, params={"format": "parquet"})
    schema = parquet.read_schema(pa.BufferReader(response.content))
    wanted = {
        "task_id": pa.int64(),
        "subject": pa.string(),
        "status": pa.string(),
        "created_at": pa.timestamp("us", tz="UTC"),
        "target_resolution": pa.timestamp("us", tz="UTC"),
        "resolution_time": pa.timestamp("us", tz="UTC"),
        "is_critical": pa.bool_(),
        "age_days": pa.int64(),
        "net_resolution_hours": pa.float64(),
        "time_remaining_hours": pa.float64(),
        "time_overdue_hours": pa.float64(),
        "assigned_users": pa.list_(pa.string()),
    }
    for name in schema.names:
        assert schema.field(name).type == wanted.get(name, pa.string()), name


async def test_the_document_tells_every_format(service: FastAPI) -> None:
    paths: dict[str, Any] = service.openapi()["paths"]
    for path in ALL:
        operation = paths[f"/analytics{path}"]["get"]
        assert list(operation["responses"]["200"]["content"]) == list(KINDS.values())
        (told,) = [each for each in operation["parameters"] if each["name"] == "format"]
        assert told["schema"]["enum"] == list(KINDS)
