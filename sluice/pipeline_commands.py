"""`sluice pipeline run|status|backfill|explain` and `sluice docs`, on this desk's database."""

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sluice.errors import SettingError, SluiceError
from sluice.settings import StackSettings, load_settings

if TYPE_CHECKING:
    from pipelines.runner import PipelineOutcome

pipeline = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
INTERRUPTED = 130
EXAMPLES = """Examples:

sluice pipeline run --no-train

sluice pipeline run --rebuild

sluice pipeline backfill --from 2026-08-01 --to 2026-10-29

sluice pipeline explain
"""


class PipelineError(SluiceError):
    """A run ended without publishing; what was published before still stands."""


@pipeline.callback(epilog=EXAMPLES)
def runs() -> None:
    """The pipeline from tickets to published analytics."""


@pipeline.command("run", epilog="Example: sluice pipeline run --full-refresh")
def run(
    *,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild every published row, whatever changed.")
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Rebuild, and compare with what increments have published."),
    ] = False,
    train: Annotated[bool, typer.Option(help="Make new forecasts, or publish with those there are.")] = True,
    as_json: Json = False,
) -> None:
    """Build, check and publish; returns when the run has published or failed."""
    if full_refresh and rebuild:
        message = "--full-refresh and --rebuild exclude each other: a comparison needs what increments made"
        raise SettingError(message)
    enter_stack_environment(load_settings())
    # Only now: the pipeline reads its settings when it is imported.
    from pipelines.runner import run_pipeline, run_rebuild  # noqa: PLC0415

    outcome = run_rebuild() if rebuild else run_pipeline(full_refresh=full_refresh, train=train)
    show_outcome(outcome, as_json=as_json)
    if rebuild and outcome.published and not as_json:
        typer.echo("; ".join(outcome.differences) or "What increments have published is the whole.")


def show_outcome(outcome: "PipelineOutcome", *, as_json: bool) -> None:
    """Print what a run came to; one that published nothing is an error."""
    if as_json:
        typer.echo(json.dumps(asdict(outcome), default=str))
    elif outcome.published:
        typer.echo(
            f"Publication {outcome.publication_id}, data as of {outcome.data_as_of:%Y-%m-%d %H:%M:%S} UTC."
        )
    reasons = "; ".join(outcome.failures) or "the run did not say why"
    if not outcome.published:
        message = f"nothing was published: {reasons} (sluice pipeline explain says more)"
        raise PipelineError(message)
    if outcome.failures:
        message = f"the publication stands, and what came after it failed: {reasons}"
        raise PipelineError(message)


@pipeline.command("backfill", epilog="Example: sluice pipeline backfill --from 2026-08-01 --to 2026-10-29")
def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, included.")],
    *,
    as_json: Json = False,
) -> None:
    """Build the days from one to another anew and publish; interrupted, the same command goes on.

    For days that were built wrong though their tickets did not change, for instance by a model that was
    mended since. Tickets that change are noticed by every run.
    """
    days = _checked_days(first.date(), last.date())
    enter_stack_environment(load_settings())
    from pipelines.runner import run_backfill  # noqa: PLC0415 - as above

    with _shown_days(days, is_quiet=as_json) as listener:
        outcome = run_backfill(*days, listener)
    if outcome.interrupted:
        _say_interrupted(days)
        raise typer.Exit(INTERRUPTED)
    show_outcome(outcome, as_json=as_json)


def _checked_days(first: date, last: date) -> tuple[date, date]:
    today = datetime.now(UTC).date()
    if first > last:
        message = f"--from {first} is after --to {last}: give the earlier day first"
        raise SettingError(message)
    if last > today:
        message = f"--to {last} has not come yet: give a day up to {today}"
        raise SettingError(message)
    if first.year < 2000:  # noqa: PLR2004 - as far back as the partitions of the backfill go
        message = f"--from {first} is before 2000-01-01, the first day there can be: give a later one"
        raise SettingError(message)
    return first, last


@contextmanager
def _shown_days(days: tuple[date, date], *, is_quiet: bool) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console  # noqa: PLC0415 - for --help's sake, both
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=is_quiet or not console.is_terminal) as progress:
        task = progress.add_task("Preparing", total=(days[1] - days[0]).days + 1)

        def tell(done: int, count: int) -> None:
            description = "Publishing" if done == count else "Days built"
            progress.update(task, completed=done, total=count, description=description)
            if not console.is_terminal and not is_quiet and done:
                console.print(f"{done} of {count} days are built")

        yield tell


def _say_interrupted(days: tuple[date, date]) -> None:
    typer.echo(
        "sluice: interrupted, and nothing is lost: "
        f"sluice pipeline backfill --from {days[0]} --to {days[1]} goes on",
        err=True,
    )


@pipeline.command("status", epilog="Example: sluice pipeline status --limit 5")
def status(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many runs.")] = 10,
    as_json: Json = False,
) -> None:
    """Say what is published and how old it is, how many events wait, and how the last runs ended."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.pipeline_status import read_pipeline_status, show_pipeline_status  # noqa: PLC0415

    found = read_pipeline_status(resolve_database_url(), limit)
    if as_json:
        typer.echo(json.dumps({**found, "runs": [asdict(run) for run in found["runs"]]}, default=str))
    else:
        show_pipeline_status(found)


@pipeline.command("explain", epilog="Example: sluice pipeline explain 3f0c9a12")
def explain(
    run: Annotated[str | None, typer.Argument(help="How the run's id begins; else the newest run.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say why a run failed or warned, what readers see meanwhile, what to do, and where its time went."""
    enter_stack_environment(load_settings())
    import dagster as dg  # noqa: PLC0415 - as above, all three

    from sluice.pipeline_explanation import explain_run  # noqa: PLC0415
    from sluice.pipeline_explanation_text import show_explanation  # noqa: PLC0415

    with dg.DagsterInstance.get() as instance:
        explanation = explain_run(instance, os.environ["SLUICE_DATABASE_URL"], run)
    if as_json:
        typer.echo(json.dumps(explanation.as_json(), default=str))
    else:
        show_explanation(explanation)


def docs() -> None:
    """Build the documentation of every table as one page, a card of each model, and a page of contents."""
    settings = load_settings()
    enter_stack_environment(settings)
    from pipelines.docs import build_contents, build_model_cards, build_static_docs  # noqa: PLC0415 - as above

    typer.echo(f"The documentation is {build_static_docs(settings.docs)}")
    for page in build_model_cards(settings.docs):
        typer.echo(f"A model card is {page}")
    typer.echo(f"All of it is found from {build_contents(settings.docs)}")


def enter_stack_environment(settings: StackSettings) -> None:
    """Give this process what a process of the stack is given, with the database up and migrated."""
    from sluice.credentials import load_credentials  # noqa: PLC0415 - for --help's sake, all five
    from sluice.database import migrate, resolve_database_url  # noqa: PLC0415
    from sluice.stack.dagster_home import prepare_dagster_home  # noqa: PLC0415
    from sluice.stack.log_keeper import tidy_logs  # noqa: PLC0415
    from sluice.stack.session import child_environment  # noqa: PLC0415

    if not sys.warnoptions:
        # What libraries tell developers is nothing a user could act on.
        warnings.simplefilter("ignore")
    database_url = resolve_database_url()
    migrate(database_url)
    prepare_dagster_home(settings)
    with suppress(OSError):
        tidy_logs(settings.home)
    os.environ.update(child_environment(settings, load_credentials(settings), database_url))
