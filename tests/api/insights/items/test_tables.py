"""Lists and rankings of items as CSV."""

import csv
import io
import json

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.items.pages import read_ids
from tests.api.insights.items.turns import Turn

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestTables:
    @pytest.mark.parametrize("path", ["tasks/status", "tasks/origin", "transfers", "user"])
    async def test_a_table_holds_the_rows_of_all_pages(
        self, reader: httpx.AsyncClient, turns: list[Turn], path: str
    ) -> None:
        person = turns[-1].user_id
        address = f"/drilldown/{path}/{person}/" if path == "user" else f"/drilldown/{path}/"
        query = {"department": turns[-1].department}
        _, ids = await read_ids(reader, address, query)
        response = await reader.get(address, params=query | {"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(response.text)))
        assert [int(row["task_item_id"]) for row in rows] == ids

    async def test_a_ranking_is_a_table_of_people(self, reader: httpx.AsyncClient) -> None:
        people = (await get(reader, "/tasks/users/"))["user_performance"]
        response = await reader.get("/tasks/users/", params={"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(response.text)))
        assert [int(row["user_id"]) for row in rows] == [person["user_id"] for person in people]
        assert [json.loads(row["roles"]) for row in rows] == [person["roles"] for person in people]
