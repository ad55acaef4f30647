"""The `sluice` command: one thin function per command; what each does stands in its own module."""

import json
import sys
import traceback
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from sluice.account_commands import token, user
from sluice.analyst_commands import analyst
from sluice.api_key_commands import api_key
from sluice.audit.command import audit
from sluice.errors import SluiceError
from sluice.lazy_commands import LazyCommands
from sluice.model_commands import model
from sluice.parts import PARTS
from sluice.pipeline_commands import docs, pipeline
from sluice.queue_commands import queue
from sluice.settings import load_settings

app = typer.Typer(
    name="sluice",
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

UNEXPECTED = 70
# A schema, table or column that is not there, as PostgreSQL codes it.
NOT_MIGRATED = {"3F000", "42P01", "42703"}
READ_ONLY = "25006"
# By name: the libraries that reach the database have nothing else in common, and take long to import.
DATABASE_AWAY = {"OperationalError", "DagsterPostgresException"}

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def main() -> None:
    """Run a command; whatever goes wrong reaches the user as one sentence and an exit code."""
    try:
        app()
    except SluiceError as error:
        sys.exit(fail(str(error), error.exit_code))
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the user, the rest for the log
        if sqlstate(error) in NOT_MIGRATED:
            sys.exit(fail("the database is not at the schema of this version: sluice migrate", 1))
        if sqlstate(error) == READ_ONLY:
            sys.exit(fail("the database takes no writes: it is a standby, or was set to read-only", 1))
        if DATABASE_AWAY & {each.__name__ for each in type(error).__mro__}:
            sys.exit(fail(f"the database went away: sluice status, then the same again{kept_in_log()}", 1))
        sys.exit(fail(f"{type(error).__name__} was not expected{kept_in_log()}", UNEXPECTED))


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code of an error, whichever library brings it."""
    told = getattr(error, "orig", error)
    return getattr(told, "sqlstate", None) or getattr(told, "pgcode", None)


def kept_in_log() -> str:
    """Append the traceback of the failure at hand to the log, and say where that is."""
    try:
        log = load_settings().logs / "cli.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except (OSError, SluiceError) as error:
        return f", and its details cannot be kept: {error}"
    return f"; its details are in {log}"


def fail(sentence: str, exit_code: int) -> int:
    sys.stderr.write(f"sluice: {sentence}\n")
    return exit_code


def show_json(value: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(value, default=str))


@app.callback()
def sluice() -> None:
    """Tickets in, one trusted number out."""


@app.command(epilog="Example: sluice migrate")
def migrate() -> None:
    """Bring the database to the newest schema; one that is there already is left as it is."""
    from sluice import database  # noqa: PLC0415

    database.migrate(database.resolve_database_url())
    typer.echo("The database is at the newest schema.")


@app.command(epilog="Example: sluice demo --once")
def demo(
    tickets: Annotated[int, typer.Option(min=1, help="How many tickets its history holds.")] = 20_000,
    days: Annotated[int, typer.Option(min=1, help="Over how many days.")] = 540,
    *,
    once: Annotated[bool, typer.Option("--once", help="Print the report, stop everything, exit.")] = False,
) -> None:
    """Run a whole desk on simulated history: load it, publish it, serve it until Ctrl-C.

    A history that is there already is kept, whatever its size.
    """
    from sluice.demo.command import History, run_demo  # noqa: PLC0415

    run_demo(History(tickets, days), once=once)


@app.command(epilog="Example: sluice up --only api,worker")
def up(
    only: Annotated[str, typer.Option(help="Parts to run, separated by commas.")] = ",".join(PARTS),
) -> None:
    """Run the whole stack, or some parts of it, in the foreground until Ctrl-C."""
    from sluice.stack.command import run_until_signal, serve  # noqa: PLC0415

    parts = [part.strip() for part in only.split(",") if part.strip()]
    run_until_signal(serve(load_settings(), parts))


@app.command(epilog="Example: sluice down")
def down() -> None:
    """Stop the stack that runs on this SLUICE_HOME, wherever it was started."""
    from sluice.stack.command import stop_stack  # noqa: PLC0415

    typer.echo("The stack has stopped." if stop_stack() else "No stack is running.")


@app.command(epilog="Example: sluice status --json")
def status(*, as_json: Json = False) -> None:
    """Say which parts run and are well, and what was published last."""
    from sluice.stack.status import read_status, show_status  # noqa: PLC0415

    found = read_status(load_settings())
    show_json(found.as_json()) if as_json else show_status(found)


@app.command(epilog="Example: sluice doctor")
def doctor(*, as_json: Json = False) -> None:
    """Look for what would keep the desk from running; exits with 1 when there is something."""
    from sluice.doctor import examine  # noqa: PLC0415

    findings = examine(load_settings())
    if as_json:
        show_json({"findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            typer.echo(f"{'ok ' if finding.ok else 'BAD'}  {finding.check}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


app.command(epilog="Example: sluice token --role Admin --role 'hdts:Ticket Coordinator'")(token)
app.command(epilog="Example: sluice docs")(docs)


@app.command(epilog="Example: sluice digest --show  |  sluice digest --to ana")
def digest(
    to: Annotated[str | None, typer.Option(help="Whom to tell, by what they sign in with.")] = None,
    *,
    show: Annotated[bool, typer.Option("--show", help="Print it and tell nobody.")] = False,
) -> None:
    """Tell those who want it of the desk's last whole week, now; nobody is told of a week twice."""
    from sluice.database import resolve_database_url  # noqa: PLC0415
    from sluice.digests import read_digest, send_digests  # noqa: PLC0415 - loads the API

    settings, database_url = load_settings(), resolve_database_url()
    if show:
        typer.echo(read_digest(settings, database_url, to))
        return
    written = send_digests(settings, database_url, to)
    people = "1 person" if written == 1 else f"{written} people"
    typer.echo(f"{people} told; a running worker sends it.")


app.add_typer(user, name="user")
app.add_typer(api_key, name="api-key")
app.add_typer(analyst, name="analyst")
app.add_typer(audit, name="audit")
app.add_typer(pipeline, name="pipeline")
app.add_typer(queue, name="queue")
app.add_typer(model, name="model")


if __name__ == "__main__":
    main()
