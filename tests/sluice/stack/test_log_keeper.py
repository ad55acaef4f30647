"""Logs stay within bounds of size and age while processes go on writing them."""

import os
import subprocess
import sys
from pathlib import Path

from sluice.stack.log_keeper import KEPT_LOGS, KEPT_SECONDS, MOST_LOG_BYTES, MOST_RUN_BYTES, rotate, tidy_logs

WRITER = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_a_log_that_is_being_written_is_rotated_and_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "worker.log"
    log.parent.mkdir()
    with log.open("ab") as output:
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=output)
    assert writer.stdin is not None
    log.write_bytes(b"x" * (MOST_LOG_BYTES + 1))

    tidy_logs(tmp_path)
    writer.communicate(b"after\n")

    assert log.read_bytes() == b"after\n"
    assert (log.parent / "worker.log.1").stat().st_size == MOST_LOG_BYTES + 1


def test_no_more_than_so_many_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    for number in range(KEPT_LOGS + 2):
        log.write_bytes(b"%d" % number + b"x" * MOST_LOG_BYTES)
        rotate(log)

    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["api.log", *(f"api.log.{number}" for number in range(1, KEPT_LOGS + 1))]
    assert (tmp_path / "api.log.1").read_bytes()[:1] == b"6"
    assert (tmp_path / f"api.log.{KEPT_LOGS}").read_bytes()[:1] == b"2"


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_bytes(b"x" * MOST_LOG_BYTES)
    rotate(log)
    assert [path.name for path in tmp_path.iterdir()] == ["api.log"]


def test_what_is_old_is_dropped(tmp_path: Path) -> None:
    old, young = tmp_path / "logs" / "api.log.1", tmp_path / "logs" / "api.log.2"
    old.parent.mkdir()
    for path, age in ((old, KEPT_SECONDS + 60), (young, KEPT_SECONDS - 60)):
        path.write_bytes(b"x")
        os.utime(path, (10**9 - age, 10**9 - age))

    tidy_logs(tmp_path, now=10**9)

    assert [path.name for path in old.parent.iterdir()] == ["api.log.2"]


def test_the_output_of_runs_is_kept_by_age_and_size(tmp_path: Path) -> None:
    storage = tmp_path / "dagster" / "storage"
    for name, age, size in (
        ("0-0-0-0-old", KEPT_SECONDS + 60, 1),
        ("0-0-0-0-large", 3000, MOST_RUN_BYTES),
        ("0-0-0-0-young", 60, 1),
    ):
        output = storage / name / "compute_logs" / "warehouse.out"
        output.parent.mkdir(parents=True)
        with output.open("wb") as file:
            file.truncate(size)
        os.utime(storage / name, (10**9 - age, 10**9 - age))
    (storage / "kept.txt").write_bytes(b"")

    tidy_logs(tmp_path, now=10**9)

    assert sorted(path.name for path in storage.iterdir()) == ["0-0-0-0-young", "kept.txt"]
