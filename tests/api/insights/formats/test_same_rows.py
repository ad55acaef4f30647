"""JSON, CSV and Parquet of one question hold the same rows."""

import io
import random

import httpx
import pytest
from pyarrow import parquet

from tests.api.insights.calls import DATED, LISTS
from tests.api.insights.desk import Filters, Ticket, random_filters
from tests.api.insights.formats.reading import (
    OF_THE_MOMENT,
    as_cell,
    as_typed,
    read_csv,
    read_parquet,
    read_rows,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_IN_THE_ROW = {"date_range", "previous", "change"}
GENERATOR = random.Random(22)  # noqa: S311 - a reproducible choice of filters
QUESTIONS = [Filters(), Filters(department="Nowhere"), *(random_filters(GENERATOR) for _ in range(10))]


async def download(client: httpx.AsyncClient, path: str, kind: str, query: dict[str, str]) -> httpx.Response:
    response = await client.get(path, params=query | {"format": kind})
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize("filters", QUESTIONS, ids=str)
async def test_three_formats_of_one_question(client: httpx.AsyncClient, path: str, filters: Filters) -> None:
    query = filters.query()
    rows = await read_rows(client, path, **query)
    cells = read_csv(await download(client, path, "csv", query))
    typed = read_parquet(await download(client, path, "parquet", query))
    assert len(cells) == len(typed) == len(rows)
    for row, told, held in zip(rows, cells, typed, strict=True):
        names = told.keys() - OF_THE_MOMENT
        assert {name: told[name] for name in names} == {name: as_cell(row.get(name)) for name in names}
        assert {name: held[name] for name in names} == {
            name: as_typed(row.get(name), held[name]) for name in names
        }
        nested = (
            {"date_range", "metrics", "proof", "data_quality", "previous", "change"}
            if path == "/tickets/dashboard/"
            else set()
        )
        assert row.keys() - nested - OF_THE_MOMENT <= names


@pytest.mark.parametrize("path", LISTS)
async def test_a_table_holds_all_pages(client: httpx.AsyncClient, desk: list[Ticket], path: str) -> None:
    query = {"scope": "all"} if path.endswith("/age/") else {}
    wanted = [each for each in desk if each.sla_status != "no_sla"] if path.endswith("/sla/") else desk
    told = [int(row["task_id"]) for row in read_csv(await download(client, path, "csv", query))]
    held = [row["task_id"] for row in read_parquet(await download(client, path, "parquet", query))]
    assert sorted(told) == sorted(held) == [each.task_id for each in wanted]


@pytest.mark.parametrize("path", LISTS)
async def test_an_empty_table_still_names_its_columns(client: httpx.AsyncClient, path: str) -> None:
    query = {"department": "Nowhere"}
    (head,) = (await download(client, path, "csv", query)).content.decode().splitlines()
    held = parquet.read_table(io.BytesIO((await download(client, path, "parquet", query)).content))
    assert held.num_rows == 0
    assert held.schema.names == head.split(",")
    assert {"task_id", "subject"} <= set(held.schema.names)
