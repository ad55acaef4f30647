"""A copy of the project, a server of its own, and `sluice` commands on one database there."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from sluice.embedded_postgres import EmbeddedPostgres
from tests.conftest import PROJECT, temporary_database
from tests.mutants.laboratory import LEFT_OUT

PATIENCE_SECONDS = 900
POLL_SECONDS = 0.02
KILLED = -9
# What the warm process says first, and how it is told of a job that Dagster alone starts.
READY, JOB = "ready", "job"
RUN = ("pipeline", "run", "--no-train")
_PROJECT_FILE = "dbt_project/dbt_project.yml"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said; the status of one that was killed is `KILLED`."""

    status: int
    said: str


@dataclass(frozen=True)
class Running:
    """A command that has not ended yet."""

    process: psutil.Process
    said: Path
    status: Path

    def wait(self) -> Ended:
        self.process.wait(PATIENCE_SECONDS)
        status = int(self.status.read_text(encoding="utf-8")) if self.status.exists() else KILLED
        return Ended(status, self.said.read_text(encoding="utf-8"))

    @property
    def is_over(self) -> bool:
        return not self.process.is_running() or self.process.status() == psutil.STATUS_ZOMBIE


class Workbench:
    """Where the pipeline may be run, and its code changed, as often as one likes.

    The database `desk` is the commands' own. Its name stays the same, so that dbt need not read its project
    anew. Open tickets are judged at an instant that is set, so that runs can be compared.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.home = folder / "desk"
        self.server = EmbeddedPostgres(folder / "server")
        self._commands = 0
        self._judged_at = ""

    @property
    def url(self) -> str:
        return self.server.url("desk")

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLUICE_", "DAGSTER"))
        }
        return {
            **kept,
            "SLUICE_HOME": str(self.home),
            "SLUICE_DATABASE_URL": self.url,
            "SLUICE_PIPELINE_RETRY_SECONDS": "1",
            "PYTHONPATH": str(self.project),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "200",
        }

    def __enter__(self) -> Self:
        shutil.copytree(PROJECT, self.project, ignore=shutil.ignore_patterns(*LEFT_OUT))
        self.home.mkdir()
        (self.folder / "server" / "locks").mkdir(parents=True)
        self.server.attach()
        try:
            self._warm = self._open_warm()
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_warm"):
            self._warm.terminate()
            self._warm.communicate()
        self.server.release()

    def make(self) -> None:
        """Make the database."""
        self.database().create()

    def database(self, template: str = "template1") -> temporary_database:
        """The desk as a copy of another database of the server."""
        return temporary_database(self.server.url("postgres"), template=template, name="desk")

    def judge_at(self, instant: datetime) -> None:
        """Have all runs from now on judge what is open at that instant."""
        self.change(_PROJECT_FILE, f'as_of: "{self._judged_at}"', f'as_of: "{instant.isoformat()}"')
        self._judged_at = instant.isoformat()

    def _open_warm(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.catalogue.warm"],
            env=self.environment,
            cwd=self.project,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def connect(self) -> psycopg.Connection[Any]:
        """A session that may do anything, and that no trigger and no foreign key stops."""
        return psycopg.connect(self.url, autocommit=True, options="-c session_replication_role=replica")

    def execute(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())

    def start(self, *arguments: str, **environment: str) -> Running:
        """Start a `sluice` command in a process that has loaded the pipeline already."""
        self._commands += 1
        said, status = (self.folder / f"{self._commands}.{name}" for name in ("said", "status"))
        asked = {
            "arguments": arguments,
            "environment": environment,
            "said": str(said),
            "status": str(status),
        }
        if self._commands == 1:
            self._answer(READY)
        assert self._warm.stdin is not None
        self._warm.stdin.write(json.dumps(asked) + "\n")
        self._warm.stdin.flush()
        return Running(psutil.Process(int(self._answer())), said, status)

    def _answer(self, expected: str = "") -> str:
        assert self._warm.stdout is not None
        answer = self._warm.stdout.readline().strip()
        if not answer.startswith(expected) or not answer:
            raise RuntimeError("the pipeline cannot be loaded")
        return answer

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a `sluice` command to its end."""
        return self.start(*arguments, **environment).wait()

    def run_from_disk(self, *arguments: str) -> Ended:
        """Run a `sluice` command in a process that loads the project as it is now."""
        done = subprocess.run(
            [sys.executable, "-m", "sluice", *arguments],
            env=self.environment,
            cwd=self.project,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout + done.stderr)

    def change(self, file: str, old: str, new: str) -> None:
        """Change one place of the project's copy."""
        path = self.project / file
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise LookupError(f"{file} does not say once: {old}")
        path.write_text(text.replace(old, new), encoding="utf-8")

    @contextmanager
    def changed(self, file: str, old: str, new: str) -> Iterator[None]:
        """Change it for the length of the block."""
        path = self.project / file
        before = path.read_text(encoding="utf-8")
        self.change(file, old, new)
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")


def poll(running: Running, is_so: Callable[[], bool]) -> None:
    """Wait until it is so; the command must not have ended by then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if running.is_over:
            raise AssertionError(f"ended too soon: {running.wait()}")
        if time.monotonic() > deadline:
            raise AssertionError("it never came to that")
        time.sleep(POLL_SECONDS)
