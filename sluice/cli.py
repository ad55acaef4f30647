"""The `sluice` command: one thin function per command; what each does stands in its own module."""

import sys
from typing import Annotated

import typer

from sluice.errors import SluiceError
from sluice.lazy_commands import LazyCommands

app = typer.Typer(
    name="sluice",
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def main() -> None:
    """Run a command; whatever goes wrong reaches the user as one sentence and an exit code."""
    try:
        app()
    except SluiceError as error:
        sys.exit(fail(str(error), error.exit_code))


def fail(sentence: str, exit_code: int) -> int:
    sys.stderr.write(f"sluice: {sentence}\n")
    return exit_code


@app.callback()
def sluice() -> None:
    """Tickets in, one trusted number out."""


@app.command(epilog="Example: sluice migrate")
def migrate() -> None:
    """Bring the database to the newest schema; one that is there already is left as it is."""
    from sluice import database  # noqa: PLC0415

    database.migrate(database.resolve_database_url())
    typer.echo("The database is at the newest schema.")


if __name__ == "__main__":
    main()
