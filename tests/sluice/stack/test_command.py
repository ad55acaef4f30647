"""`sluice up`, `down` and `status`: the real command, with the documentation server as its stack."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from sluice.embedded_postgres import EmbeddedPostgres
from sluice.stack.state import read_state
from tests.sluice.conftest import Command, is_marked_for

PATIENCE = 60

Up = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def docs_stack(
    home: Path, database_url: str, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Up]:
    """Start `sluice up --only docs` and wait until it says that it is up."""
    monkeypatch.setenv("SLUICE_DATABASE_URL", database_url)
    monkeypatch.setenv("SLUICE_DOCS_PORT", str(free_port))
    (home / "dbt-docs").mkdir(parents=True)
    (home / "dbt-docs" / "index.html").write_text("built", encoding="utf-8")
    stacks: list[subprocess.Popen[str]] = []

    def up() -> "subprocess.Popen[str]":
        stack = subprocess.Popen(
            [sys.executable, "-m", "sluice", "up", "--only", "docs"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home.parent,
        )
        stacks.append(stack)
        assert stack.stdout is not None
        assert any("Sluice is up" in line for line in stack.stdout)
        return stack

    yield up
    for stack in stacks:
        stack.kill()
        stack.communicate()


def marked_processes(home: Path) -> list[psutil.Process]:
    """Every process that a stack of this home has started."""
    return [process for process in psutil.process_iter() if is_marked_for(process, home)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_and_leaves_nothing(docs_stack: Up, home: Path, number: signal.Signals) -> None:
    stack = docs_stack()
    [served] = marked_processes(home)
    stack.send_signal(number)
    output, _ = stack.communicate(timeout=PATIENCE)
    assert (stack.returncode, output.splitlines()[-1]) == (0, "sluice: stopped")
    assert not served.is_running()
    assert marked_processes(home) == []
    assert read_state(home) is None


def test_kill_9_of_the_supervisor_leaves_nothing_and_a_new_start_works(
    docs_stack: Up, home: Path, free_port: int
) -> None:
    stack = docs_stack()
    orphans = marked_processes(home)
    stack.kill()
    stack.wait(timeout=PATIENCE)
    # The next start waits until the guardian has cleared the port, rather than find it taken.
    docs_stack()
    assert not any(orphan.is_running() for orphan in orphans)
    assert httpx.get(f"http://127.0.0.1:{free_port}/", trust_env=False).text == "built"


def test_a_second_start_on_the_same_home_is_refused(docs_stack: Up, home: Path, sluice: Command) -> None:
    docs_stack()
    second = sluice("up", "--only", "docs")
    assert second.returncode == 1
    assert second.stderr == (
        f"sluice: a stack is already running on SLUICE_HOME {home}: "
        "stop it with `sluice down` or choose another\n"
    )
    assert len(marked_processes(home)) == 1


def test_a_taken_port_is_refused_before_anything_starts(
    docs_stack: Up, free_port: int, scratch: Path, sluice: Command
) -> None:
    docs_stack()
    other = scratch / "other"
    second = sluice("up", "--only", "docs", SLUICE_HOME=str(other))
    assert second.returncode == 1
    assert f"port {free_port} for docs is taken by another program" in second.stderr
    assert "SLUICE_DOCS_PORT" in second.stderr
    assert not (other / "postgres").exists()
    assert marked_processes(other) == []


def test_status_and_down(docs_stack: Up, home: Path, free_port: int, sluice: Command) -> None:
    stack = docs_stack()
    status = json.loads(sluice("status", "--json").stdout)
    address = f"http://127.0.0.1:{free_port}/"
    assert status["parts"]["docs"] == {"running": True, "healthy": True, "address": address}
    assert status["parts"]["postgres"]["healthy"]
    assert not status["parts"]["worker"]["running"]
    assert status["publication"] is None
    assert sluice("down").stdout == "The stack has stopped.\n"
    assert stack.wait(timeout=PATIENCE) == 0
    assert marked_processes(home) == []
    assert sluice("down").stdout == "No stack is running.\n"


def test_status_starts_nothing(home: Path, sluice: Command) -> None:
    status = json.loads(sluice("status", "--json").stdout)
    assert not status["running"]
    assert set(status["parts"]) == {
        "postgres", "api", "tickets", "worker", "dagster", "dashboards", "docs"
    }  # fmt: skip
    assert not any(part["running"] or part["healthy"] for part in status["parts"].values())
    assert not home.exists()


def test_a_part_that_is_none_is_refused(sluice: Command) -> None:
    refused = sluice("up", "--only", "docs,web")
    assert refused.returncode == 2
    assert re.search(r"--only names 'web', .* choose from api, tickets, worker", refused.stderr)


def test_the_children_know_the_database_and_no_secret_is_on_their_command_line(
    docs_stack: Up, home: Path, database_url: str
) -> None:
    docs_stack()
    [served] = marked_processes(home)
    environment = served.environ()
    assert environment["SLUICE_DATABASE_URL"] == database_url
    secret = environment["SLUICE_SECRET_KEY"]
    assert secret in (home / "secrets.json").read_text(encoding="utf-8")
    assert secret not in " ".join(served.cmdline())


def test_a_killed_database_is_told_and_started_again(
    docs_stack: Up, home: Path, monkeypatch: pytest.MonkeyPatch, sluice: Command
) -> None:
    monkeypatch.delenv("SLUICE_DATABASE_URL")
    stack = docs_stack()
    server = EmbeddedPostgres(home)
    assert server.pid is not None
    psutil.Process(server.pid).kill()
    assert stack.stdout is not None
    assert any("PostgreSQL has stopped; starting it again" in line for line in stack.stdout)
    assert sluice("migrate").returncode == 0
    assert server.pid is not None
    revived = psutil.Process(server.pid)
    stack.kill()
    revived.wait(timeout=PATIENCE)
