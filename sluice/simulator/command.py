"""`sluice simulate`: a believable desk's history, through the same door as any other history."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sluice.errors import SettingError
from sluice.history_import.events import LogEvent
from sluice.history_import.rejects import Rejects
from sluice.history_import.report import ImportReport
from sluice.history_import.session import ProgressListener, Stopwatch, run_import, shown_progress
from sluice.simulator.generator import Simulation

_MIN_DAYS, _MAX_DAYS = 1, 3660
_MAX_TICKETS = 5_000_000


class CountedEvents:
    """Counts the events that pass, and shows how many tickets they belong to."""

    def __init__(self, events: Iterable[LogEvent], shown: ProgressListener) -> None:
        self.count = 0
        self._events = events
        self._shown = shown

    def __iter__(self) -> Iterator[LogEvent]:
        key = ""
        for event in self._events:
            self.count += 1
            if event.ticket_key != key:
                key = event.ticket_key
                self._shown.advance(1)
            yield event


def simulate(
    tickets: Annotated[int, typer.Option(min=1, max=_MAX_TICKETS, help="How many tickets come in.")] = 10_000,
    days: Annotated[int, typer.Option(min=_MIN_DAYS, max=_MAX_DAYS, help="Over how many days.")] = 365,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same rows.")] = 1,
    end: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="UTC day at whose beginning the history ends; today's."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Fill the database with a believable desk's history.

    Example: sluice simulate --tickets 20000 --days 730 --seed 7
    """
    watch = Stopwatch()
    simulation = Simulation(tickets=tickets, days=days, seed=seed, end=_end_of_history(end))
    with (
        Rejects(Path("simulation-rejects.csv"), limit=0) as rejected,
        shown_progress(is_quiet=as_json) as shown,
    ):
        shown.expect(tickets)
        events = CountedEvents(simulation.events(), shown)
        counts = run_import(simulation.plan(), events, rejects=rejected, files=[], listener=shown.listener)
    report = ImportReport(
        source=simulation.plan().source,
        counts=counts,
        rows_read=events.count,
        rows_rejected=0,
        rejects_path=None,
        is_dry_run=False,
        seconds=watch.seconds(),
    )
    typer.echo(report.as_json() if as_json else report.as_text())


def _end_of_history(day: datetime | None) -> datetime:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if day is None:
        return midnight
    end = day.replace(tzinfo=UTC)
    if end > midnight:
        raise SettingError(f"--end {day:%Y-%m-%d} lies in the future: choose {midnight:%Y-%m-%d} or before")
    return end
