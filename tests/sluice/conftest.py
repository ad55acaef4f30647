"""A SLUICE_HOME of its own for each test, and the real `sluice` command on it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
TRACEBACK = re.compile(r"Traceback|File \"")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SLUICE_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("SLUICE_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
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
            timeout=120,
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
def started() -> Iterator[list[psutil.Process]]:
    """Processes a test started; those still alive at its end are killed with all their children."""
    processes: list[psutil.Process] = []
    yield processes
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            for member in [*process.children(recursive=True), process]:
                member.kill()
