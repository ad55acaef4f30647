"""Running an import against the database: connection, transaction, progress and report."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sluice.database import migrate, resolve_database_url
from sluice.errors import DatabaseError
from sluice.history_import.events import HistoryPlan, LogEvent
from sluice.history_import.load import ImportCounts, Listener, load_history, refresh_statistics
from sluice.history_import.rejects import Rejects


def run_import(
    plan: HistoryPlan,
    events: Iterable[LogEvent],
    *,
    rejects: Rejects,
    files: list[str],
    listener: Listener,
    is_dry_run: bool = False,
) -> ImportCounts:
    """Import into the desk's database, in one transaction that a dry run takes back."""
    url = resolve_database_url()
    migrate(url)
    try:
        with psycopg.connect(url, application_name="sluice_import") as connection:
            counts = load_history(connection, plan, events, rejects=rejects, files=files, listener=listener)
            if is_dry_run:
                connection.rollback()
            elif counts.tickets_imported:
                refresh_statistics(connection)
    except psycopg.Error as error:
        reason = str(error).strip().partition("\n")[0]
        raise DatabaseError(f"the import was taken back, nothing was written: {reason}") from error
    return counts


class ProgressListener:
    """Shows an import's phases as bars on a terminal; says nothing anywhere else."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Reading", total=None)
        self.listener = Listener(on_phase=self._begin, on_progress=self.advance)

    def expect(self, total: int) -> None:
        self._progress.update(self._task, total=total)

    def advance(self, count: int) -> None:
        self._progress.advance(self._task, count)

    def _begin(self, name: str, total: int | None) -> None:
        self._progress.update(self._task, visible=False)
        self._task = self._progress.add_task(name, total=total)


@contextmanager
def shown_progress(*, is_quiet: bool) -> Iterator[ProgressListener]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=is_quiet or not console.is_terminal
    ) as progress:
        yield ProgressListener(progress)


class Stopwatch:
    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._started


DEFAULT_REJECTS = Path("import-rejects.csv")
