"""The pipeline as `sluice up --only dagster` runs it, asked over the address that its users open."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import psutil

PATIENCE_SECONDS = 300
ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
RUNS = "{ runsOrError { ... on Runs { results { runId jobName status } } } }"
TERMINATE = """
mutation ($run: String!) { terminateRun(runId: $run) { __typename ... on TerminateRunFailure { message } } }
"""

Found = TypeVar("Found")


class DagsterStack:
    """One desk's code server, daemon and webserver, stopped when the block ends."""

    def __init__(
        self, home: Path, database_url: str, port: int, *, parts: str = "dagster", **more: object
    ) -> None:
        settings = {"HOME": home, "DATABASE_URL": database_url, "DAGSTER_PORT": port, **more}
        self._parts = parts
        self._environment = os.environ | {f"SLUICE_{name}": str(value) for name, value in settings.items()}
        self._environment.pop("DAGSTER_HOME", None)
        self._address = f"http://127.0.0.1:{port}/graphql"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sluice", "up", "--only", self._parts],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "Sluice is up" in line:
                break
        else:
            raise AssertionError("".join(said))
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(self._address, json={"query": query, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def runs(self) -> list[dict[str, str]]:
        """Every run, the newest first: `runId`, `jobName`, `status`."""
        return self.ask(RUNS)["runsOrError"]["results"]

    def terminate(self, run_id: str) -> None:
        """Cancel a run as soon as it can be: one that only begins cannot yet."""

        def is_cancelled() -> bool:
            answer = self.ask(TERMINATE, run=run_id)
            return answer["terminateRun"]["__typename"] == "TerminateRunSuccess"

        wait_for(is_cancelled, f"cancelling run {run_id}")

    def run_process(self) -> psutil.Process | None:
        """The process that runs a job now."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            parent = process.parent()
            if parent and is_forked(process) and is_forked(parent):
                return process
        return None


def is_forked(process: psutil.Process) -> bool:
    """Whether it is the process that others are forked from, or one that was: they go by its name."""
    return any("multiprocessing.forkserver" in part for part in process.cmdline())


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """What the look finds as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {PATIENCE_SECONDS} s")
