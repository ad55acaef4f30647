"""The road of a ticket through three real processes: Ticket Service, worker, Workflow API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.settings import ApiSettings
from tests.factories.desk import Desk, make_ticket
from tests.factories.processes import PATIENCE_SECONDS, Processes
from tests.fixtures.services import AGENT_ID, LiveWorkflow


@pytest.fixture
def processes(settings: ApiSettings, tmp_path: Path) -> Iterator[Processes]:
    with Processes(settings.database_url, tmp_path) as processes:
        yield processes


def test_a_ticket_becomes_an_assigned_task(
    *,
    processes: Processes,
    settings: ApiSettings,
    desk: Desk,
    workflow: LiveWorkflow,
    as_employee: dict[str, Any],
    as_agent: dict[str, Any],
) -> None:
    desk.execute(
        "create function ops.tell_test() returns trigger language plpgsql as "
        "$$ begin perform pg_notify('assigned', new.task_id::text); return null; end $$"
    )
    desk.execute(
        "create trigger tell_test after insert on ops.task_item for each row execute function ops.tell_test()"
    )
    workflow_api, ticket_service = processes.start_all()

    with psycopg.connect(settings.database_url, autocommit=True) as listening:
        listening.execute("listen assigned")
        created = httpx.post(
            f"{ticket_service}/tickets/", json=make_ticket(), headers=as_employee, timeout=PATIENCE_SECONDS
        )
        assert created.status_code == 201
        heard = list(listening.notifies(timeout=PATIENCE_SECONDS, stop_after=1))

    assert len(heard) == 1
    mine = httpx.get(f"{workflow_api}/tasks/my-tasks/", headers=as_agent, timeout=PATIENCE_SECONDS).json()
    (row,) = mine["results"]
    assert row["ticket_number"] == created.json()["ticket_id"]
    assert (row["user_id"], row["status"], row["task_status"]) == (AGENT_ID, "new", "pending")
    assert row["current_step_id"] == workflow.triage


def test_one_request_is_followed_through_the_logs_of_all_three(
    *,
    processes: Processes,
    settings: ApiSettings,
    desk: Desk,
    workflow: LiveWorkflow,
    as_employee: dict[str, Any],
) -> None:
    assert workflow.triage
    desk.execute(
        "create function intake.tell_test() returns trigger language plpgsql as "
        "$$ begin perform pg_notify('heard', ''); return null; end $$"
    )
    # The Workflow API answers the ticket with news of its own: who owns it.
    desk.execute(
        "create trigger tell_test after insert on intake.inbox_event "
        "for each row execute function intake.tell_test()"
    )
    _, ticket_service = processes.start_all()
    with psycopg.connect(settings.database_url, autocommit=True) as listening:
        listening.execute("listen heard")
        headers = {**as_employee, "X-Request-ID": "followed-1"}
        httpx.post(
            f"{ticket_service}/tickets/", json=make_ticket(), headers=headers, timeout=PATIENCE_SECONDS
        )
        assert len(list(listening.notifies(timeout=PATIENCE_SECONDS, stop_after=1))) == 1
    processes.stop()

    by_process = {
        name: [line for line in processes.lines(name) if line.get("request_id") == "followed-1"]
        for name in ("ticket-service", "workflow-api", "worker")
    }
    requests = {
        name: [(line["method"], line["path"], line["status"]) for line in lines if line["event"] == "request"]
        for name, lines in by_process.items()
    }
    assert requests["ticket-service"] == [
        ("POST", "/tickets/", 201),
        ("POST", "/internal/tickets/news/", 202),
    ]
    assert requests["workflow-api"] == [("POST", "/internal/tickets/ingest/", 202)]
    jobs = [line for line in by_process["worker"] if line["event"] == "job"]
    assert [(line["task"], line["outcome"]) for line in jobs] == [("deliver_event", "succeeded")] * 2
    sent = desk.execute(
        "select event_id from intake.outbox_event union all select event_id from ops.outbox_event"
    )
    assert [line["event_id"] for line in jobs] == [row["event_id"] for row in sent]
