"""The demo as a newcomer runs it: an embedded server, every process, the report through the API."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sluice.file_lock import FileLock
from tests.sluice.conftest import Command, is_marked_for

SMALL = ("demo", "--once", "--tickets", "200", "--days", "25")


@pytest.mark.usefixtures("free_ports")
def test_it_reports_what_it_serves_and_leaves_no_process(sluice: Command, home: Path) -> None:
    first = sluice(*SMALL)
    assert (first.returncode, first.stderr) == (0, "")
    assert re.search(r"tickets +│ +200 ", first.stdout)
    assert re.search(r"Critical .* High .* Medium .* Low ", first.stdout, re.DOTALL)
    assert len(re.findall(r"│ \w{3} \d{4}-\d\d-\d\d +│ +\d+ │ +\d+ to \d+ │", first.stdout)) == 7
    assert re.search(r"│ admin +│ \S{16} │", first.stdout)
    assert "history of a desk simulated" in first.stdout
    assert (home / "dbt-docs" / "index.html").stat().st_size > 100_000
    assert_nothing_is_left(home)

    again = sluice(*SMALL)
    assert again.returncode == 0
    assert "history of a desk simulated" not in again.stdout
    assert "Publication 1," in again.stdout
    assert passwords(again.stdout) == passwords(first.stdout)
    assert_nothing_is_left(home)


@pytest.mark.usefixtures("free_ports")
def test_stopped_half_way_it_says_so_and_leaves_nothing(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sluice", *SMALL],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
    ) as demo:
        assert demo.stdout is not None
        assert "PostgreSQL is up and migrated" in demo.stdout.readline()
        demo.send_signal(signal.SIGINT)
        _, stderr = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert stderr.startswith("sluice: stopped before there was anything to show")
    assert_nothing_is_left(home)


def passwords(report: str) -> list[str]:
    return re.findall(r"│ (?:admin|manager|coordinator) +│ (\S{16}) │", report)


def assert_nothing_is_left(home: Path) -> None:
    assert [process for process in psutil.process_iter() if is_marked_for(process, home)] == []
    for lock in ("stack", "postgres.users", "postgres.keeper"):
        assert FileLock(home / "locks" / lock).is_free()
    assert not (home / "postgres" / "postmaster.pid").exists()
