"""Service health: the live state of each part, as the tables behind it are made to be."""

from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.operational.facts import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def connection(own_url: str) -> Any:
    with psycopg.connect(own_url, autocommit=True, options="-c search_path=queue") as connection:
        yield connection


async def health(reader: httpx.AsyncClient) -> Any:
    response = await reader.get("/service-health/")
    assert response.status_code == 200, response.text
    return response.json()


async def component(reader: httpx.AsyncClient, name: str) -> Any:
    return (await health(reader))["components"][name]


async def test_figures_are_those_of_the_desk(reader: httpx.AsyncClient, desk: Desk) -> None:
    answer = await health(reader)
    states = [each.state for each in desk.tickets]
    met, breached = states.count("met"), states.count("breached")
    metrics = answer["metrics"]
    assert metrics["total_tasks"] == len(desk.tickets)
    assert metrics["pending"] == sum(each.status == "pending" for each in desk.tickets)
    assert metrics["sla_at_risk"] == states.count("at_risk")
    assert metrics["sla_compliance_rate"] == pytest.approx(100 * met / (met + breached), abs=0.006)


async def test_it_is_never_a_copy(reader: httpx.AsyncClient) -> None:
    first = await reader.get("/service-health/")
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


async def test_jobs_that_wait_or_failed_show(
    reader: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    assert (await component(reader, "queue"))["status"] == "ok"
    connection.execute(
        """
        insert into queue.procrastinate_jobs (queue_name, task_name, status, scheduled_at)
        values ('q', 't', 'todo', now() - interval '7 minutes'), ('q', 't', 'todo', now() + interval '1 day'),
            ('q', 't', 'failed', null)
        """
    )
    queue = await component(reader, "queue")
    assert (queue["ready"], queue["scheduled"], queue["failed"], queue["status"]) == (1, 1, 1, "warning")
    assert 420 <= queue["oldest_ready_seconds"] < 480
    connection.execute(
        "update queue.procrastinate_jobs set scheduled_at = now() - interval '2 hours' where status = 'todo'"
    )
    assert (await component(reader, "queue"))["status"] == "critical"
    connection.execute("delete from queue.procrastinate_jobs")
    assert (await component(reader, "queue"))["status"] == "ok"


async def test_events_that_wait_or_are_given_up_show(
    reader: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(
        """
        insert into ops.outbox_event (event_id, ticket_number, kind, payload, occurred_at, failed_at)
        values ('waits', 'T1', 'x', '{}', now() - interval '10 minutes', null),
            ('given-up', 'T1', 'x', '{}', now() - interval '3 hours', now())
        """
    )
    service = await component(reader, "ticket_service")
    told = service["to_ticket_service"]
    assert (told["pending"], told["failed"], told["status"]) == (1, 1, "warning")
    assert 600 <= told["oldest_seconds"] < 660
    assert service["to_workflow_api"] == {
        "status": "ok",
        "pending": 0,
        "failed": 0,
        "oldest_seconds": None,
    }
    assert service["status"] == "warning"
    connection.execute("delete from ops.outbox_event")


async def test_words_that_wait_for_their_role_show(
    reader: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(
        """
        insert into ops.parked_membership (role_id, user_id, occurred_at, message, parked_at)
        values (77, 1, now(), '{}', now() - interval '25 hours')
        """
    )
    sync = await component(reader, "role_sync")
    assert (sync["parked"], sync["status"]) == (1, "warning")
    connection.execute("update ops.parked_membership set applied_at = now()")
    assert (await component(reader, "role_sync"))["status"] == "ok"


async def test_a_run_that_failed_since_shows_with_its_reason(
    reader: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    before = await component(reader, "dagster")
    assert (before["last_failure"], before["checks_failed"]) == (None, [])
    assert before["checks_passed"] > 30
    connection.execute(
        """
        insert into serving.failed_runs (run_id, job_name, failures)
        values ('r1', 'publish', '["marts/fct_tickets: too few"]')
        """
    )
    after = await component(reader, "dagster")
    assert after["status"] == "warning"
    assert after["last_failure"]["failures"] == ["marts/fct_tickets: too few"]
    assert after["publication_id"] == before["publication_id"]
    answer = await health(reader)
    assert "dagster is warning" in answer["reasons"]
    assert answer["health_status"] != "healthy"
    # One from before the publication is past.
    connection.execute("update serving.failed_runs set failed_at = now() - interval '1 day'")
    assert (await component(reader, "dagster"))["last_failure"] is None


async def test_news_that_nobody_publishes_show(
    reader: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    assert (await component(reader, "dagster"))["oldest_unpublished_seconds"] is None
    connection.execute(
        """
        insert into ops.task_event (task_id, kind, occurred_at, recorded_at)
        select min(task_id), 'created', now(), now() - interval '10 minutes' from ops.task
        """
    )
    pipeline = await component(reader, "dagster")
    assert 600 <= pipeline["oldest_unpublished_seconds"] < 660
    assert pipeline["status"] == "warning"


async def test_models_that_were_never_trained_are_stale(reader: httpx.AsyncClient) -> None:
    models = await component(reader, "forecast_models")
    assert (models["stale"], models["status"], models["trained_at"]) == (True, "warning", None)


async def test_health_follows_its_thresholds(reader: httpx.AsyncClient) -> None:
    compliance = (await health(reader))["metrics"]["sla_compliance_rate"]
    await reader.put("/thresholds/sla_healthy/", json={"value": 100})
    await reader.put("/thresholds/sla_warning/", json={"value": round(compliance + 0.5, 2)})
    answer = await health(reader)
    assert answer["health_status"] == "critical"
    assert "sla_compliance_rate is critical" in answer["reasons"]
    await reader.put("/thresholds/sla_warning/", json={"value": 0})
    assert (await health(reader))["health_status"] == "warning"
