"""How the endpoints about workflows are asked."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_ONE_WORKFLOW = [
    "/workflows/{}/process-map/",
    "/workflows/{}/variants/",
    "/workflows/{}/event-log/",
    "/drilldown/workflow/{}/",
]
FIGURES = {
    "/workflows/metrics/": "workflow_metrics",
    "/workflows/departments/": "department_analytics",
    "/workflows/steps/": "step_performance",
}
OF_ALL = [*FIGURES]
LISTS = ["/drilldown/steps/", "/drilldown/departments/"]


@pytest.mark.parametrize("path", OF_ONE_WORKFLOW)
async def test_a_workflow_that_is_not_published_is_not_found(reader: httpx.AsyncClient, path: str) -> None:
    response = await reader.get(path.format(999_999))
    assert (response.status_code, response.json()["error"]) == (404, "Workflow not found")
    assert (await reader.get(path.format("first"))).status_code == 400


@pytest.mark.parametrize("path", [path for path in OF_ONE_WORKFLOW if "event-log" not in path])
async def test_nor_is_its_table(reader: httpx.AsyncClient, path: str) -> None:
    response = await reader.get(path.format(999_999), params={"format": "csv"})
    assert response.status_code == 404


@pytest.mark.parametrize(
    "path", [*OF_ALL, *LISTS, *(path.format(1) for path in OF_ONE_WORKFLOW if "event-log" not in path)]
)
async def test_every_answer_names_its_publication(reader: httpx.AsyncClient, path: str) -> None:
    response = await reader.get(path)
    body = response.json()
    assert response.status_code == 200, response.text
    assert str(body["publication_id"]) == response.headers["x-publication-id"]
    assert body["data_as_of"] == response.headers["x-data-as-of"]
    again = await reader.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [*OF_ALL, *LISTS, *(path.format(1) for path in OF_ONE_WORKFLOW)])
async def test_a_parameter_that_is_none_of_theirs_is_refused(reader: httpx.AsyncClient, path: str) -> None:
    response = await reader.get(path, params={"workflow": "1"})
    assert response.status_code == 400
    assert "not a parameter of this endpoint" in response.json()["details"]["workflow"][0]


@pytest.mark.parametrize(
    ("path", "name", "value", "sentence"),
    [
        ("/workflows/steps/", "step_id", "x", "not a whole number"),
        ("/workflows/steps/", "user_id", "4", "not a parameter"),
        ("/workflows/metrics/", "start_date", "2026-02-30", "write it as YYYY-MM-DD"),
        ("/drilldown/steps/", "outcome", "lost", "'completed', 'rejected', 'cancelled' or 'open'"),
        ("/drilldown/steps/", "is_repeated", "often", "boolean"),
        ("/drilldown/workflow/1/", "status", "resolved", "'on_hold'"),
        ("/drilldown/workflow/1/", "variant", "the usual", "UUID"),
        ("/drilldown/workflow/1/", "workflow_id", "1", "not a parameter"),
        ("/workflows/1/process-map/", "start_date", "2026-01-01", "not a parameter"),
        ("/workflows/1/event-log/", "format", "pdf", "'csv' or 'xes'"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_a_sentence(
    reader: httpx.AsyncClient, path: str, name: str, value: str, sentence: str
) -> None:
    response = await reader.get(path, params={name: value})
    assert response.status_code == 400
    assert sentence in response.json()["details"][name][0]


@pytest.mark.parametrize("path", [*LISTS, "/drilldown/workflow/1/", "/workflows/1/variants/"])
async def test_a_page_past_the_end_is_not_found(reader: httpx.AsyncClient, path: str) -> None:
    response = await reader.get(path, params={"page": 100_000})
    assert (response.status_code, response.json()["code"]) == (404, "page_out_of_range")


async def test_a_workflow_that_nothing_ran_through_in_the_range_is_left_out(
    reader: httpx.AsyncClient,
) -> None:
    for path, name in FIGURES.items():
        assert (await get(reader, path, end_date="2001-01-01"))[name] == []


async def test_the_event_log_is_for_admins(desk_service: FastAPI) -> None:
    async with calling(desk_service, "Agent") as agent:
        assert (await agent.get("/workflows/1/event-log/")).status_code == 403
        assert (await agent.get("/workflows/1/process-map/")).status_code == 200
