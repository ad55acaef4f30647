"""What Prometheus is told by a service."""

from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.factories.desk import Desk, make_event
from tests.fixtures.services import LiveWorkflow


async def figures(client: httpx.AsyncClient, headers: dict[str, Any]) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of the labels' names."""
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_the_template_of_their_route(
    api: httpx.AsyncClient, as_agent: dict[str, Any], as_service: dict[str, Any]
) -> None:
    await api.get("/tasks/31337/", headers=as_agent)
    await api.get("/tasks/31338/", headers=as_agent)
    await api.get("/tasks/31338/")
    told = await figures(api, as_service)
    route = "/tasks/{task_id}/"
    assert told["sluice_http_requests_total", "GET", route, "workflow-api", "404"] == 2
    assert told["sluice_http_requests_total", "GET", route, "workflow-api", "401"] == 1
    assert told["sluice_http_request_seconds_count", "GET", route, "workflow-api"] == 3
    assert told["sluice_http_requests_in_flight", "workflow-api"] == 1
    assert not any("31337" in label for labels in told for label in labels)


async def test_what_no_route_answers_is_one_series(
    api: httpx.AsyncClient, as_service: dict[str, Any]
) -> None:
    for path in ("/a", "/b", "/tasks/1/2/3/4"):
        await api.get(path)
    await api.request("BREW", "/pot")
    await api.request("BOIL", "/pot")
    told = await figures(api, as_service)
    assert told["sluice_http_requests_total", "GET", "other", "workflow-api", "404"] == 3
    assert told["sluice_http_requests_total", "other", "other", "workflow-api", "404"] == 2


async def test_two_services_in_one_process_count_apart(
    api: httpx.AsyncClient, tickets_api: httpx.AsyncClient, as_service: dict[str, Any]
) -> None:
    await tickets_api.get("/healthz")
    assert ("sluice_http_requests_total", "GET", "/healthz/", "ticket-service", "200") in await figures(
        tickets_api, as_service
    )
    assert not any("/healthz/" in labels for labels in await figures(api, as_service))


async def test_events_are_counted_by_what_became_of_them_once_they_are_committed(
    api: httpx.AsyncClient, as_service: dict[str, Any], workflow: LiveWorkflow, desk: Desk
) -> None:
    assert workflow.triage
    for _ in range(2):
        await api.post("/internal/tickets/ingest/", json=make_event(), headers=as_service)
    desk.execute(
        "create function ops.fail() returns trigger language plpgsql as "
        "$$ begin raise exception using errcode = '40001'; end $$"
    )
    desk.execute(
        "create constraint trigger fail after insert on ops.inbox_event "
        "deferrable initially deferred for each row execute function ops.fail()"
    )
    undone = await api.post("/internal/tickets/ingest/", json=make_event("event-2"), headers=as_service)
    assert undone.status_code == 503
    told = await figures(api, as_service)
    counted = {labels[2]: value for labels, value in told.items() if labels[0] == "sluice_events_total"}
    assert counted == {"created": 1, "duplicate": 1}
    assert ("sluice_events_total", "ticket_ingested", "created", "workflow-api") in told


async def test_the_pools_tell_how_full_they_are(
    api: httpx.AsyncClient, as_agent: dict[str, Any], as_service: dict[str, Any]
) -> None:
    await api.get("/workflows/", headers=as_agent)
    told = await figures(api, as_service)
    assert told["sluice_database_pool_size", "operations", "workflow-api"] == 8
    assert told["sluice_database_pool_size", "membership", "workflow-api"] == 4
    assert told["sluice_database_pool_overflow", "operations", "workflow-api"] == 0
    pool = [told["sluice_database_pool_connections", "operations", "workflow-api", state]
            for state in ("checked_out", "idle")]  # fmt: skip
    assert pool == [0, 1]


async def test_an_administrator_may_look_too(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    assert (await api.get("/metrics/", headers=as_admin)).headers["content-type"].startswith("text/plain")
