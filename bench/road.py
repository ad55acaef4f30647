"""The road of a ticket as processes of their own: Ticket Service, Workflow API and worker."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any

import psycopg

from bench.connection import Connection
from bench.desks import admin_token, wait_until_listening

STAFF = {"Agent": range(4, 8), "Technician": range(8, 12), "Ticket Coordinator": range(12, 14)}


@dataclass(frozen=True)
class Road:
    database_url: str
    ticket_port: int
    workflow_port: int
    worker: subprocess.Popen[bytes]

    @contextmanager
    def worker_at_rest(self) -> Iterator[None]:
        """Let what is created meanwhile wait."""
        self.worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.worker.send_signal(signal.SIGCONT)


@contextmanager
def open_road(database_url: str, *, logs: Path) -> Iterator[Road]:
    ports = [_free_port(), _free_port()]
    environment = os.environ | {
        "SLUICE_DATABASE_URL": database_url,
        "SLUICE_LOG_LEVEL": "WARNING",
        "SLUICE_TICKET_SERVICE_URL": f"http://127.0.0.1:{ports[0]}",
        "SLUICE_WORKFLOW_API_URL": f"http://127.0.0.1:{ports[1]}",
    }
    with ExitStack() as stack:
        log = stack.enter_context((logs / "bench-road.log").open("wb"))

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", *arguments]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        options = ("--log-level", "warning", "--no-access-log", "--timeout-keep-alive", "600")
        served = [
            start("uvicorn", "--factory", f"api.main:{factory}", "--port", str(port), *options)
            for factory, port in zip(("create_ticket_service", "create_workflow_api"), ports, strict=True)
        ]
        worker = start("api.worker")
        for port, process in zip(ports, served, strict=True):
            wait_until_listening(port, process)
        yield Road(database_url, *ports, worker)


def prepare_workflow(road: Road) -> None:
    """One workflow that takes every ticket of the bench, and people for its roles."""
    roles = {}
    with psycopg.connect(road.database_url) as connection:
        for name, people in STAFF.items():
            system = "hdts" if name == "Ticket Coordinator" else "tts"
            known = "select role_id from ops.role where (name, system) = (%s, %s)"
            added = "insert into ops.role (name, system) values (%s, %s) returning role_id"
            row = (
                connection.execute(known, [name, system]).fetchone()
                or connection.execute(added, [name, system]).fetchone()
            )
            roles[name] = row[0] if row else 0
            for user_id in people:
                connection.execute(
                    "insert into ops.role_user (role_id, user_id, user_full_name) values (%s, %s, %s)",
                    [roles[name], user_id, f"Staff {user_id}"],
                )
    workflow = {"name": "Bench", "category": "Technology", "sub_category": "Access", "department": "IT"}
    hours = {"low": 72, "medium": 48, "high": 24, "urgent": 4}
    slas = {f"{priority}_sla": f"{number:02}:00:00" for priority, number in hours.items()}
    nodes: list[dict[str, Any]] = [
        {"temp_id": "a", "name": "Triage", "role_id": roles["Agent"], "is_start": True, "weight": 0.5},
        {"temp_id": "b", "name": "Repair", "role_id": roles["Technician"], "is_end": True, "weight": 0.5},
    ]
    edges = [{"from_temp_id": "a", "to_temp_id": "b", "name": "Assign"}]
    token = admin_token(1)
    with Connection(road.workflow_port, token) as http:
        body = {"workflow": workflow | slas, "graph": {"nodes": nodes, "edges": edges}}
        created = json.loads(http.ask(http.post("/workflows/", body, token)))
        http.ask(http.post(f"/workflows/{created['workflow_id']}/initialize/", {}, token))


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
