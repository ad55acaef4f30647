"""How the endpoints are asked and answer, whatever the numbers."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import ALL, DATED, LISTS, calling, get

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("path", ALL)
class TestEveryEndpoint:
    async def test_tells_where_its_numbers_come_from(self, client: httpx.AsyncClient, path: str) -> None:
        response = await client.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        body = response.json()
        assert body["data_as_of"] == "2026-03-10T14:30:00Z" == response.headers["x-data-as-of"]
        assert str(body["publication_id"]) == response.headers["x-publication-id"]
        assert body["generated_at"].endswith("Z")

    async def test_is_answered_by_one_statement(
        self, service: FastAPI, client: httpx.AsyncClient, path: str
    ) -> None:
        statements: list[str] = []
        async with service.state.read_pool.acquire() as connection:
            connection.add_query_logger(lambda record: statements.append(record.query))
        await get(client, path)
        assert len([text for text in statements if "serving." in text]) == 1
        assert len([text for text in statements if "pg_advisory_unlock_all" not in text]) == 1

    async def test_needs_a_token_of_staff(self, service: FastAPI, path: str) -> None:
        async with calling(service, user_type="employee") as employee:
            assert (await employee.get(path)).status_code == 403
            employee.headers["Authorization"] = "Bearer rubbish"
            assert (await employee.get(path)).status_code == 401
            del employee.headers["Authorization"]
            assert (await employee.get(path)).status_code == 401

    async def test_an_unknown_parameter_is_refused_with_the_known_ones(
        self, client: httpx.AsyncClient, path: str
    ) -> None:
        response = await client.get(path, params={"departmnet": "IT"})
        assert response.status_code == 400
        assert "department, category" in response.json()["details"]["departmnet"][0]

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("priority", "Huge", "'Critical', 'High', 'Medium' or 'Low'"),
            ("workflow_id", "x", "not a whole number"),
            ("workflow_id", str(2**63), "less than or equal to"),
            ("department", "", "at least 1 character"),
            ("category", "\x00", "NUL"),
            ("category", "c" * 256, "at most 255 characters"),
        ],
    )
    async def test_a_filter_out_of_bounds_is_refused(
        self,
        client: httpx.AsyncClient,
        path: str,
        name: str,
        value: str,
        sentence: str,
    ) -> None:
        response = await client.get(path, params={name: value})
        assert response.status_code == 400
        assert sentence in str(response.json()["details"])

    async def test_a_filter_given_twice_is_refused(self, client: httpx.AsyncClient, path: str) -> None:
        response = await client.get(path, params={"department": ["IT", "HR"]})
        assert response.status_code == 400
        assert "more than once" in response.json()["details"]["department"][0]

    async def test_text_in_a_filter_is_only_text(self, client: httpx.AsyncClient, path: str) -> None:
        response = await client.get(path, params={"department": "'; drop table x --\\ \" ü"})
        assert response.status_code == 200


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"start_date": "2026-02-30"}, "write it as YYYY-MM-DD"),
        ({"end_date": "1772000000"}, "write it as YYYY-MM-DD"),
        ({"start_date": "2026-3-1"}, "write it as YYYY-MM-DD"),
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "is after end_date"),
    ],
)
async def test_dates_that_are_none_are_refused(
    client: httpx.AsyncClient, path: str, query: dict[str, str], sentence: str
) -> None:
    response = await client.get(path, params=query)
    assert response.status_code == 400
    assert sentence in str(response.json()["details"])


@pytest.mark.parametrize("path", [path for path in DATED if "trends" not in path])
async def test_the_ends_of_time_are_dates_too(client: httpx.AsyncClient, path: str) -> None:
    everything = await get(client, path)
    bounded = await get(client, path, start_date="0001-01-01", end_date="9999-12-31")
    assert bounded["date_range"] == {"start_date": "0001-01-01", "end_date": "9999-12-31"}
    for volatile in ("date_range", "generated_at", "filters"):
        everything.pop(volatile, None)
        bounded.pop(volatile, None)
    assert bounded == everything | ({"next": bounded["next"]} if "next" in bounded else {})


@pytest.mark.parametrize(
    ("path", "name", "permitted"),
    [
        ("/tickets/age/", "scope", "'open' or 'all'"),
        ("/tickets/sla/", "group_by", "'priority', 'workflow', 'department' or 'category'"),
        ("/drilldown/tickets/status/", "status", "'on_hold'"),
        ("/drilldown/tickets/age/", "age_bucket", "'90+ days'"),
        ("/drilldown/tickets/sla/", "sla_status", "'at_risk'"),
        ("/forecast/volume/", "granularity", "'hourly', 'daily', 'weekly' or 'monthly'"),
        ("/forecast/volume/", "confidence", "0.8, 0.9 or 0.95"),
        ("/forecast/volume/", "forecast_days", "1"),
        ("/forecast/volume/", "history_days", "14"),
    ],
)
async def test_a_value_outside_its_vocabulary_is_refused_with_the_vocabulary(
    client: httpx.AsyncClient, path: str, name: str, permitted: str
) -> None:
    response = await client.get(path, params={name: "0"})
    assert response.status_code == 400
    assert permitted in response.json()["details"][name][0]


async def test_a_state_of_the_sla_that_is_asked_for_twice_is_refused(client: httpx.AsyncClient) -> None:
    query = {"sla_status": "on_track", "is_decided": "true"}
    response = await client.get("/drilldown/tickets/sla/", params=query)
    assert response.status_code == 400
    assert "leave out one of them" in str(response.json()["details"])


async def test_words_are_read_without_regard_to_case(client: httpx.AsyncClient) -> None:
    urgent = await get(client, "/tickets/status/", priority="urgent")
    assert (
        urgent["total_tickets"]
        == (await get(client, "/tickets/status/", priority="Critical"))["total_tickets"]
    )
    await get(client, "/drilldown/tickets/status/", status="In Progress")


@pytest.mark.parametrize("path", LISTS)
class TestPages:
    async def test_an_empty_list_has_one_empty_page(self, client: httpx.AsyncClient, path: str) -> None:
        answer = await get(client, path, department="Nowhere")
        assert (answer["count"], answer["results"]) == (0, [])
        assert answer["filters"]["department"] == "Nowhere"

    async def test_pages_name_their_neighbours(self, client: httpx.AsyncClient, path: str) -> None:
        second = await get(client, path, page_size=2, page=2)
        assert second["previous"] == f"http://desk.test/analytics{path}?page_size=2&page=1"
        assert second["next"] == f"http://desk.test/analytics{path}?page_size=2&page=3"
        assert (await get(client, path))["previous"] is None

    @pytest.mark.parametrize("page", ["90", str(10**17)])
    async def test_a_page_past_the_end_is_not_found(
        self, client: httpx.AsyncClient, path: str, page: str
    ) -> None:
        response = await client.get(path, params={"page": page, "page_size": "5"})
        assert response.status_code == 404
        assert response.json()["code"] == "page_out_of_range"

    @pytest.mark.parametrize("query", [{"page": "0"}, {"page": "-1"}, {"page": "a"}, {"page_size": "0"}])
    async def test_a_page_that_is_no_number_is_refused(
        self, client: httpx.AsyncClient, path: str, query: dict[str, str]
    ) -> None:
        assert (await client.get(path, params=query)).status_code == 400


async def test_every_answer_is_as_documented(service: FastAPI, client: httpx.AsyncClient) -> None:
    paths = service.openapi()["paths"]
    schemas = service.openapi()["components"]["schemas"]
    for path in ALL:
        operation = paths[f"/analytics{path}"]["get"]
        assert {"200", "304", "400", "401", "403", "503"} <= operation["responses"].keys()
        name = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        told = await client.get(path)
        assert told.json().keys() == schemas[name]["properties"].keys()
