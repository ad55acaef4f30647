"""Both services and the worker as processes of their own, each with a log that can be read."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

# Three processes that start at once on a busy machine need a while.
PATIENCE_SECONDS = 180.0


class Processes:
    """Started when asked to; all are ended, and must end well, with the block."""

    def __init__(self, database_url: str, logs: Path) -> None:
        self.database_url = database_url
        self.logs = logs
        self._started: list[subprocess.Popen[bytes]] = []
        self._listeners: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_all(self) -> tuple[str, str]:
        """Return the addresses of the Workflow API and the Ticket Service."""
        workflow_api = self._serve("workflow-api", "create_workflow_api")
        ticket_service = self._serve("ticket-service", "create_ticket_service")
        self._start(
            "worker",
            "api.worker",
            SLUICE_WORKER_PORT="0",
            SLUICE_WORKFLOW_API_URL=workflow_api,
            SLUICE_TICKET_SERVICE_URL=ticket_service,
        )
        return workflow_api, ticket_service

    def stop(self) -> None:
        """End the worker first: it finishes the job under way, which may need the others."""
        while self._started:
            process = self._started.pop()
            process.send_signal(signal.SIGTERM)
            # uvicorn, having drained its requests, ends by the very signal it was sent.
            assert process.wait(PATIENCE_SECONDS) in {0, -signal.SIGTERM}
        while self._listeners:
            self._listeners.pop().close()

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Read the JSON lines of a log; the server's own few lines at the start are none."""
        text = (self.logs / f"{name}.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def _serve(self, name: str, factory: str) -> str:
        # The socket is open before the process is, so no request comes too early.
        listener = socket.create_server(("127.0.0.1", 0))
        self._listeners.append(listener)
        number = listener.fileno()
        arguments = ("uvicorn", "--factory", f"api.main:{factory}", "--fd", str(number))
        self._start(name, *arguments, pass_fds=(number,))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def _start(self, name: str, *arguments: str, pass_fds: tuple[int, ...] = (), **variables: str) -> None:
        environment = {**os.environ, "SLUICE_DATABASE_URL": self.database_url, **variables}
        command = [sys.executable, "-m", *arguments]
        with (self.logs / f"{name}.log").open("wb") as log:
            self._started.append(
                subprocess.Popen(command, env=environment, pass_fds=pass_fds, stderr=log, stdout=log)
            )
