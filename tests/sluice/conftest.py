"""A SLUICE_HOME of its own for each test, and the real `sluice` command on it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from sluice.stack.marked_processes import MARK

Command = Callable[..., "subprocess.CompletedProcess[str]"]
TRACEBACK = re.compile(r"Traceback|File \"")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder that a server run by another user can reach; pytest closes its own to all others."""
    with TemporaryDirectory(prefix="sluice-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def home(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SLUICE_")]:
        monkeypatch.delenv(name)
    folder = scratch / "home"
    monkeypatch.setenv("SLUICE_HOME", str(folder))
    monkeypatch.chdir(scratch)
    return folder


@pytest.fixture
def sluice(home: Path) -> Command:
    """Run `sluice` to its end in a process of its own; whatever comes, no user sees a stack trace."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "sluice", *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
            cwd=home.parent,
            env={**os.environ, **environment},
        )
        assert not TRACEBACK.search(done.stdout + done.stderr), done.stderr
        return done

    return run


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def free_ports(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - clears them first
    """Ports nobody uses, so that a stack beside the tests is neither hit nor found instead."""
    with ExitStack() as probes:
        for name in ("API", "TICKETS", "WORKER", "DAGSTER", "DASHBOARDS", "DOCS"):
            probe = probes.enter_context(socket.create_server(("127.0.0.1", 0)))
            monkeypatch.setenv(f"SLUICE_{name}_PORT", str(probe.getsockname()[1]))


def is_marked_for(process: psutil.Process, home: Path) -> bool:
    """Whether a stack on this home has started the process."""
    try:
        environment = process.environ()
    except psutil.Error:
        return False
    return MARK in environment and environment.get("SLUICE_HOME") == str(home)
