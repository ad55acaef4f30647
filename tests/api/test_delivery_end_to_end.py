"""The road of a ticket through three real processes: Ticket Service, worker, Workflow API."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from api.settings import ApiSettings
from tests.factories.desk import Desk, make_ticket
from tests.fixtures.services import AGENT_ID, LiveWorkflow

PATIENCE_SECONDS = 60.0
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: ApiSettings) -> Iterator[Start]:
    """Start a module as a process of its own; all are ended, and must end well, with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, pass_fds: tuple[int, ...] = (), **variables: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "SLUICE_DATABASE_URL": settings.database_url, **variables}
        command = [sys.executable, "-m", *arguments]
        started.append(subprocess.Popen(command, env=environment, pass_fds=pass_fds))
        return started[-1]

    yield run
    for process in started:
        process.send_signal(signal.SIGTERM)
    codes = [process.wait(PATIENCE_SECONDS) for process in started]
    # uvicorn, having drained its requests, ends by the very signal it was sent.
    assert set(codes) <= {0, -signal.SIGTERM}


@pytest.fixture
def serve(start: Start) -> Iterator[Callable[[str], str]]:
    """Serve a factory; its socket is open before the process is, so no request comes too early."""
    listeners: list[socket.socket] = []

    def run(factory: str) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        number = listener.fileno()
        start("uvicorn", "--factory", f"api.main:{factory}", "--fd", str(number), pass_fds=(number,))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield run
    for listener in listeners:
        listener.close()


def test_a_ticket_becomes_an_assigned_task(
    *,
    start: Start,
    serve: Callable[[str], str],
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
    workflow_api, ticket_service = serve("create_workflow_api"), serve("create_ticket_service")
    start("api.worker", SLUICE_WORKFLOW_API_URL=workflow_api, SLUICE_TICKET_SERVICE_URL=ticket_service)

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
