"""Keeps what is logged under SLUICE_HOME within bounds of size and age, while it is being written."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

MOST_LOG_BYTES = 10 * 2**20
KEPT_LOGS = 5
MOST_RUN_BYTES = 512 * 2**20
KEPT_SECONDS = 30 * 86_400


def tidy_logs(home: Path, now: float | None = None) -> None:
    """Rotate logs that have grown too long, and drop old ones and the output of old runs.

    dbt keeps its own log to six files of 10 MiB each.
    """
    now = time.time() if now is None else now
    logs = home / "logs"
    for log in (*logs.glob("*.log"), home / "postgres" / "server.log"):
        rotate(log)
    for rotated in (*logs.glob("*.log.*"), *(home / "postgres").glob("server.log.*")):
        if now - rotated.stat().st_mtime > KEPT_SECONDS:
            rotated.unlink(missing_ok=True)
    _forget_runs(home / "dagster" / "storage", now)


def rotate(log: Path) -> None:
    """Put a log that is too long aside as `.1`, what was `.1` as `.2`, and drop the sixth.

    It is copied and emptied rather than renamed, since the process that writes it has it open to append.
    """
    if not log.exists() or log.stat().st_size <= MOST_LOG_BYTES:
        return
    for number in range(KEPT_LOGS, 1, -1):
        newer = _numbered(log, number - 1)
        if newer.exists():
            newer.replace(_numbered(log, number))
    shutil.copyfile(log, _numbered(log, 1))
    with log.open("r+b") as file:
        file.truncate(0)


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def _forget_runs(storage: Path, now: float) -> None:
    """Drop the output of Dagster's runs that are old, then the oldest until the rest is small enough."""
    runs = sorted(_runs(storage), reverse=True)
    kept = 0
    for written_at, folder in runs:
        kept += sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        if now - written_at > KEPT_SECONDS or kept > MOST_RUN_BYTES:
            shutil.rmtree(folder, ignore_errors=True)


def _runs(storage: Path) -> Iterator[tuple[float, Path]]:
    for folder in storage.glob("*-*-*-*-*") if storage.is_dir() else ():
        if folder.is_dir():
            yield folder.stat().st_mtime, folder
