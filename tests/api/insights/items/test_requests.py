"""What is asked of the items, by whom, and what is refused."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.items.turns import Turn

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBERS = [f"/tasks/{name}/" for name in ("status", "origin", "performance", "users", "transfers")]
LISTS = ["/drilldown/tasks/status/", "/drilldown/tasks/origin/", "/drilldown/transfers/"]
ALL = [*NUMBERS, *LISTS, "/task-item-trends/"]


class TestRefusals:
    @pytest.mark.parametrize("path", ALL)
    @pytest.mark.parametrize(
        ("query", "named"),
        [
            ({"start_date": "yesterday"}, "start_date"),
            ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "start_date"),
            ({"priority": "Urgentest"}, "priority"),
            ({"step_id": "0"}, "step_id"),
            ({"workflow": "3"}, "workflow"),
            ({"role": ""}, "role"),
        ],
    )
    async def test_bad_filters(
        self, reader: httpx.AsyncClient, path: str, query: dict[str, str], named: str
    ) -> None:
        response = await reader.get(path, params=query)
        assert response.status_code == 400, response.text
        assert named in response.text

    @pytest.mark.parametrize(
        ("path", "query", "remedy"),
        [
            ("/drilldown/tasks/status/", {"status": "breached"}, "'new', 'in progress', 'resolved'"),
            ("/drilldown/tasks/status/", {"sla_status": "late"}, "'at_risk'"),
            ("/drilldown/tasks/status/", {"is_open": "perhaps"}, "is_open"),
            ("/drilldown/tasks/origin/", {"origin": "Heaven"}, "'System', 'Transferred'"),
            ("/drilldown/transfers/", {"origin": "System"}, "'Transferred'"),
            ("/tasks/users/", {"sort": "name"}, "'resolution_rate'"),
            ("/tasks/users/", {"limit": "0"}, "limit"),
            ("/tasks/users/", {"min_items": "-1"}, "min_items"),
            ("/task-item-trends/", {"days": "731"}, "days"),
            ("/task-item-trends/", {"granularity": "hour"}, "'day'"),
        ],
    )
    async def test_unknown_values_name_the_known_ones(
        self, reader: httpx.AsyncClient, path: str, query: dict[str, str], remedy: str
    ) -> None:
        response = await reader.get(path, params=query)
        assert response.status_code == 400, response.text
        assert remedy in response.text

    async def test_a_user_who_never_had_an_item(self, reader: httpx.AsyncClient) -> None:
        for query in ({}, {"page": "2"}, {"format": "csv"}):
            response = await reader.get("/drilldown/user/987654321/", params=query)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
        response = await reader.get("/drilldown/user/none/")
        assert response.status_code == 400


class TestFilters:
    async def test_values_that_no_item_has_count_nothing(self, reader: httpx.AsyncClient) -> None:
        for path in NUMBERS:
            answer = await get(reader, path, department="Nowhere", role="Nobody", source="nothing")
            assert (
                answer["total_task_items"] == 0 if "total_task_items" in answer else not answer["total_users"]
            )
        for path in LISTS:
            answer = await get(reader, path, department="Nowhere", role="Nobody", source="nothing")
            assert (answer["count"], answer["results"]) == (0, [])

    async def test_an_empty_selection_has_no_rates(self, reader: httpx.AsyncClient) -> None:
        answer = await get(reader, "/tasks/performance/", department="Nowhere")
        assert answer["sla_compliance"]["summary"]["current_compliance_rate_percent"] is None
        nothing = {"average": None, "median": None, "p90": None, "minimum": None, "maximum": None}
        assert answer["time_to_action_hours"] == {"samples": 0, **nothing}
        answer = await get(reader, "/tasks/transfers/", department="Nowhere")
        assert (answer["transfer_rate"], answer["escalation_rate"]) == (None, None)

    async def test_a_ranking_shows_its_first_and_tells_of_the_others(self, reader: httpx.AsyncClient) -> None:
        answer = await get(reader, "/tasks/users/")
        everyone = await get(reader, "/tasks/users/", limit=1000)
        assert len(answer["user_performance"]) == 25 < answer["total_users"]
        assert answer["user_performance"] == everyone["user_performance"][:25]
        assert len(everyone["user_performance"]) == everyone["total_users"]


class TestNames:
    @pytest.fixture
    async def colleague(self, desk_service: FastAPI, turns: list[Turn]) -> Any:
        async with calling(desk_service, turns[0].role) as client:
            yield client

    async def test_an_admin_reads_every_name(self, reader: httpx.AsyncClient) -> None:
        answer = await get(reader, "/tasks/users/", limit=1000)
        assert all(row["user_name"] and row["roles"] for row in answer["user_performance"])

    async def test_others_read_names_of_their_own_roles(
        self, reader: httpx.AsyncClient, colleague: httpx.AsyncClient, turns: list[Turn]
    ) -> None:
        everyone = (await get(reader, "/tasks/users/", limit=1000))["user_performance"]
        seen = (await get(colleague, "/tasks/users/", limit=1000))["user_performance"]
        role = turns[0].role
        assert seen == [
            {**row, "user_name": row["user_name"] if role in row["roles"] else None} for row in everyone
        ]
        assert any(row["user_name"] is None for row in seen)
        names = {row["user_id"]: row["user_name"] for row in seen}
        answer = await get(colleague, "/tasks/transfers/")
        for field in ("top_transferrers", "top_transfer_recipients"):
            assert all(row["user_name"] == names[row["user_id"]] for row in answer[field])
        for user_id, name in list(names.items())[:10]:
            assert (await get(colleague, f"/drilldown/user/{user_id}/"))["summary"]["user_name"] == name

    async def test_a_copy_is_of_who_may_read_it(
        self, reader: httpx.AsyncClient, colleague: httpx.AsyncClient
    ) -> None:
        for path in ("/tasks/users/", "/tasks/transfers/"):
            held = (await reader.get(path)).headers["etag"]
            assert (await reader.get(path, headers={"If-None-Match": held})).status_code == 304
            assert (await colleague.get(path, headers={"If-None-Match": held})).status_code == 200
