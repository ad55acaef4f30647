"""`sluice model list`, `show`, `card`, `promote`, `rollback` and `verify`."""

import getpass
import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from sluice.errors import SluiceError

model = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


Reason = Annotated[str, typer.Option(help="Why; it is kept with the decision.")]


class Kind(StrEnum):
    SLA_RISK = "sla_risk"
    RESOLUTION_TIME = "resolution_time"


class CardKind(StrEnum):
    TICKET_VOLUME = "ticket_volume"
    RESOLUTION_TREND = "resolution_trend"
    SLA_RISK = "sla_risk"
    RESOLUTION_TIME = "resolution_time"


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
    """List forecasts, then trainings of models of single tickets (T1, T2, ...), each newest first.

    What is served bears a star. WAPE is the error in backtests of the forecast of all tickets, as a share
    of them.
    """
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, all three
    from sluice.model_runs import list_runs  # noqa: PLC0415
    from sluice.model_trainings import list_trainings  # noqa: PLC0415

    runs = list_runs(resolve_database_url(), limit)
    trainings = list_trainings(resolve_database_url(), limit)
    if as_json:
        told = {"runs": [asdict(run) for run in runs], "trainings": [asdict(each) for each in trainings]}
        typer.echo(json.dumps(told, default=str))
        return
    for run in runs:
        wape = "not judged" if run.wape is None else f"WAPE {run.wape:.1%}"
        typer.echo(
            f"{'*' if run.is_served else ' '} {run.run_id:>6}  {run.kind:<15}  {run.model_version:<19}"
            f"  {run.trained_at:%Y-%m-%d %H:%M}Z  {run.series:>4} series, {run.fallbacks} fallbacks  {wape}"
        )
    for each in trainings:
        number, told_by = f"T{each.model_run_id}", "beats nothing" if each.fallback else "beats its baseline"
        typer.echo(
            f"{'*' if each.is_served else ' '} {number:>6}  {each.kind:<15}  {each.model_version:<19}"
            f"  {each.trained_at:%Y-%m-%d %H:%M}Z  {each.tickets:>4} tickets, {told_by}"
        )
    if not runs and not trainings:
        typer.echo("Nothing was trained yet: sluice pipeline run trains and publishes.")


@model.command("show", epilog="Example: sluice model show 12, or sluice model show T7")
def show(number: Annotated[str, typer.Argument(help="As `sluice model list` numbers it.")]) -> None:
    """Print one run with the champion, the errors and the warnings of each of its series, as JSON.

    Of a training its figures, those of its baseline, and what it learnt from.
    """
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, all three
    from sluice.model_runs import find_run  # noqa: PLC0415
    from sluice.model_trainings import find_training  # noqa: PLC0415

    if number.upper().startswith("T"):
        told = asdict(find_training(resolve_database_url(), _training_number(number)))
    else:
        found = find_run(resolve_database_url(), _number(number, number))
        if found is None:
            message = f"no run has the number {number}: see sluice model list"
            raise NoSuchRunError(message)
        run, series = found
        told = {**asdict(run), "series": series}
    typer.echo(json.dumps(told, default=str, indent=2, ensure_ascii=False))


@model.command("card", epilog="Example: sluice model card sla_risk")
def card(
    kind: Annotated[CardKind | None, typer.Argument(help="Which model; all by default.")] = None,
) -> None:
    """Print the card of a model of this desk as Markdown: how right it was, what is served and why.

    `sluice docs` builds the same as pages.
    """
    import psycopg  # noqa: PLC0415 - for --help's sake, all four

    from pipelines.cards.facts import read_facts  # noqa: PLC0415
    from pipelines.cards.render import card_markdown  # noqa: PLC0415
    from sluice.database import resolve_database_url  # noqa: PLC0415

    with psycopg.connect(resolve_database_url()) as connection:
        for each in [kind] if kind else CardKind:
            typer.echo(card_markdown(read_facts(connection, each)))


@model.command("promote", epilog="Example: sluice model promote T7 --reason 'The new one is worse on HR'")
def promote_training(
    training: Annotated[str, typer.Argument(help="A training, as `sluice model list` numbers it.")],
    *,
    reason: Reason = "By hand.",
) -> None:
    """Serve a training from the next publication on, until a newer one beats its baseline."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.model_trainings import promote  # noqa: PLC0415

    run_id = _training_number(training)
    served = promote(resolve_database_url(), run_id, by=getpass.getuser(), reason=reason)
    typer.echo(f"T{run_id} of {served.trained_at:%Y-%m-%d} serves {served.kind} from the next scoring on.")


@model.command("rollback", epilog="Example: sluice model rollback sla_risk")
def roll_back_training(
    kind: Annotated[Kind, typer.Argument(help="Which model.")],
    *,
    to_baseline: Annotated[bool, typer.Option(help="Serve no model at all.")] = False,
    reason: Reason = "Rolled back by hand.",
) -> None:
    """Serve what was served before, whatever is trained, until another training is promoted by hand."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.model_trainings import roll_back  # noqa: PLC0415

    by = getpass.getuser()
    earlier = roll_back(resolve_database_url(), kind, by=by, reason=reason, to_baseline=to_baseline)
    what = "No model" if earlier is None else f"T{earlier}"
    typer.echo(f"{what} serves {kind} from the next scoring on, until sluice model promote.")


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


def _training_number(told: str) -> int:
    return _number(told, told.upper().removeprefix("T"))


def _number(told: str, digits: str) -> int:
    if not digits.isdecimal():
        message = f"{told} is no number of a run: see sluice model list"
        raise NoSuchRunError(message)
    return int(digits)
