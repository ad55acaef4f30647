"""`sluice import`: history from other systems, through a mapping file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sluice.history_import.errors import RowRejectedError
from sluice.history_import.events import LogEvent
from sluice.history_import.mapping import HistoryMapping, load_mapping
from sluice.history_import.readers import read_rows
from sluice.history_import.rejects import Rejects
from sluice.history_import.report import ImportReport
from sluice.history_import.session import (
    DEFAULT_REJECTS,
    ProgressListener,
    Stopwatch,
    run_import,
    shown_progress,
)
from sluice.history_import.translation import Translator, plan_of


class LogReader:
    """Reads the files of one import as events, and keeps count of what it read."""

    def __init__(
        self, files: list[Path], mapping: HistoryMapping, rejects: Rejects, shown: ProgressListener
    ) -> None:
        self.rows_read = 0
        self._files = files
        self._mapping = mapping
        self._rejects = rejects
        self._shown = shown
        self._translator = Translator(mapping, datetime.now(UTC))

    def events(self) -> Iterator[LogEvent]:
        self._shown.expect(sum(path.stat().st_size for path in self._files if path.is_file()))
        columns = self._mapping.columns()
        for path in self._files:
            rows = read_rows(path, self._mapping.format, columns, self._shown.advance)
            for number, row in enumerate(rows, start=1):
                self.rows_read += 1
                try:
                    if isinstance(row, RowRejectedError):
                        raise row
                    yield from self._translator.translate(row, self.rows_read)
                except RowRejectedError as error:
                    self._rejects.add(path.name, number, error)


def import_history(
    files: Annotated[list[Path], typer.Argument(help="CSV, JSON Lines or XES files, gzipped or not.")],
    mapping: Annotated[Path, typer.Option(help="YAML file that says which column is what.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it all, then take it back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    rejects: Annotated[Path, typer.Option(help="Where rejected rows are written.")] = DEFAULT_REJECTS,
    max_rejects: Annotated[int, typer.Option(min=0, help="More than these, and nothing is imported.")] = 100,
) -> None:
    """Import an event log or a table of tickets through a mapping.

    Exit codes: 0 done, 2 wrong mapping or file, 3 done but some rows were rejected,
    4 too many rejects and nothing written.

    Example: sluice import incidents.csv.gz --mapping docs/mappings/servicenow_event_log.yaml
    """
    watch = Stopwatch()
    described = load_mapping(mapping)
    with Rejects(rejects, max_rejects) as rejected, shown_progress(is_quiet=as_json) as shown:
        reader = LogReader(files, described, rejected, shown)
        counts = run_import(
            plan_of(described),
            reader.events(),
            rejects=rejected,
            files=[path.name for path in files],
            listener=shown.listener,
            is_dry_run=dry_run,
        )
    report = ImportReport(
        source=described.source,
        counts=counts,
        rows_read=reader.rows_read,
        rows_rejected=rejected.count,
        rejects_path=rejects if rejected.count else None,
        is_dry_run=dry_run,
        seconds=watch.seconds(),
    )
    typer.echo(report.as_json() if as_json else report.as_text())
    if report.exit_code:
        raise typer.Exit(report.exit_code)
