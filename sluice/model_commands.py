"""`sluice model list`, `show` and `verify`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from sluice.errors import SluiceError

model = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class NoSuchRunError(SluiceError):
    """A run that was asked for by its number is not in the ledger."""


@model.callback()
def models() -> None:
    """What was trained and forecast, by which model, and how wrong it was."""


@model.command("list", epilog="Example: sluice model list --limit 7")
def list_models(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the runs, newest first; the one that is served bears a star.

    WAPE is the error in backtests of the forecast of all tickets, as a share of them.
    """
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.model_runs import list_runs  # noqa: PLC0415

    runs = list_runs(resolve_database_url(), limit)
    if as_json:
        typer.echo(json.dumps({"runs": [asdict(run) for run in runs]}, default=str))
        return
    for run in runs:
        wape = "not judged" if run.wape is None else f"WAPE {run.wape:.1%}"
        typer.echo(
            f"{'*' if run.is_served else ' '} {run.run_id:>6}  {run.kind:<13}  {run.model_version:<18}"
            f"  {run.trained_at:%Y-%m-%d %H:%M}Z  {run.series:>4} series, {run.fallbacks} fallbacks  {wape}"
        )
    if not runs:
        typer.echo("Nothing was trained yet: sluice pipeline run trains and publishes.")


@model.command("show", epilog="Example: sluice model show 12")
def show(run_id: Annotated[int, typer.Argument(help="As `sluice model list` numbers it.")]) -> None:
    """Print one run with the champion, the errors and the warnings of each of its series, as JSON."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.model_runs import find_run  # noqa: PLC0415

    found = find_run(resolve_database_url(), run_id)
    if found is None:
        message = f"no run has the number {run_id}: see sluice model list"
        raise NoSuchRunError(message)
    run, series = found
    typer.echo(json.dumps({**asdict(run), "series": series}, default=str, indent=2, ensure_ascii=False))


@model.command("verify", epilog="Example: sluice model verify --json")
def verify(*, as_json: AsJson = False) -> None:
    """Hash every run of the ledger anew, and name those that are not as they were issued.

    Exits with 1 when there is one.
    """
    import psycopg  # noqa: PLC0415 - for --help's sake, all three

    from pipelines.defs.ticket_volume.ledger import find_broken_seals  # noqa: PLC0415
    from sluice.database import resolve_database_url  # noqa: PLC0415

    with psycopg.connect(resolve_database_url()) as connection:
        broken = list(find_broken_seals(connection))
    if as_json:
        typer.echo(json.dumps({"broken": broken}))
    elif broken:
        typer.echo("\n".join(broken))
    else:
        typer.echo("Every forecast is as it was issued.")
    if broken:
        raise typer.Exit(1)
