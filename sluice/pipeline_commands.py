"""`sluice pipeline run`, `sluice pipeline status` and `sluice docs`, on this desk's database."""

import json
import os
import sys
import warnings
from dataclasses import asdict
from typing import Annotated

import typer

from sluice.errors import SluiceError
from sluice.settings import StackSettings, load_settings

pipeline = typer.Typer(no_args_is_help=True)


class PipelineError(SluiceError):
    """A run ended without publishing; what was published before still stands."""


@pipeline.callback()
def runs() -> None:
    """The pipeline from tickets to published analytics."""


@pipeline.command("run", epilog="Example: sluice pipeline run --full-refresh")
def run(
    *,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild every published row.")
    ] = False,
    train: Annotated[bool, typer.Option(help="Make new forecasts, or publish with those there are.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Build, check and publish; returns when the run has published or failed."""
    enter_stack_environment(load_settings())
    # Only now: the pipeline reads its settings when it is imported.
    from pipelines.runner import run_pipeline  # noqa: PLC0415

    outcome = run_pipeline(full_refresh=full_refresh, train=train)
    if as_json:
        facts = {
            "published": outcome.published,
            "publication_id": outcome.publication_id,
            "data_as_of": outcome.data_as_of,
            "failures": outcome.failures,
        }
        typer.echo(json.dumps(facts, default=str))
    elif outcome.published:
        typer.echo(
            f"Publication {outcome.publication_id}, data as of {outcome.data_as_of:%Y-%m-%d %H:%M:%S} UTC."
        )
    if not outcome.published:
        reasons = "; ".join(outcome.failures) or "the run did not say why"
        message = f"nothing was published: {reasons}"
        raise PipelineError(message)


@pipeline.command("status", epilog="Example: sluice pipeline status --limit 5")
def status(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many runs.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Say what is published and how old it is, how many events wait, and how the last runs ended."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.pipeline_status import read_pipeline_status, show_pipeline_status  # noqa: PLC0415

    found = read_pipeline_status(resolve_database_url(), limit)
    if as_json:
        typer.echo(json.dumps({**found, "runs": [asdict(run) for run in found["runs"]]}, default=str))
    else:
        show_pipeline_status(found)


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
    from sluice.credentials import load_credentials  # noqa: PLC0415 - for --help's sake, all four
    from sluice.database import migrate, resolve_database_url  # noqa: PLC0415
    from sluice.stack.dagster_home import prepare_dagster_home  # noqa: PLC0415
    from sluice.stack.session import child_environment  # noqa: PLC0415

    if not sys.warnoptions:
        # What libraries tell developers is nothing a user could act on.
        warnings.simplefilter("ignore")
    database_url = resolve_database_url()
    migrate(database_url)
    prepare_dagster_home(settings)
    os.environ.update(child_environment(settings, load_credentials(settings), database_url))
