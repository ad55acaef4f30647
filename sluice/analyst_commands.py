"""`sluice analyst add`, `list` and `remove`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

analyst = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the login is called: small letters, digits, underscores.")]


@analyst.callback()
def analysts() -> None:
    """Logins that read marts and published tables in SQL, and write nothing."""


@analyst.command("add", epilog="Example: sluice analyst add ana")
def add(name: Name) -> None:
    """Make a login and print the URL it connects with. The password in it is shown this once.

    It goes to SLUICE_READ_DATABASE_URL where that is set. docs/analysts.md tells how to connect.
    """
    from sluice.analysts import add_analyst  # noqa: PLC0415 - for --help's sake, all three
    from sluice.database import migrate, resolve_database_url  # noqa: PLC0415
    from sluice.settings import load_settings  # noqa: PLC0415

    database_url = resolve_database_url()
    migrate(database_url)
    typer.echo(add_analyst(database_url, name, read_at=load_settings().read_database_url))


@analyst.command("list", epilog="Example: sluice analyst list --json")
def list_logins(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False
) -> None:
    """List the logins of analysts on the database's server, and how many connections each has."""
    from sluice.analysts import list_analysts  # noqa: PLC0415 - for --help's sake, both
    from sluice.database import resolve_database_url  # noqa: PLC0415

    found = list_analysts(resolve_database_url())
    if as_json:
        typer.echo(json.dumps({"analysts": [asdict(each) for each in found]}))
        return
    for each in found:
        typer.echo(f"{each.name}  {each.connections} of {each.connection_limit} connections")


@analyst.command("remove", epilog="Example: sluice analyst remove ana")
def remove(name: Name) -> None:
    """End a login: its sessions end now, and it cannot connect again."""
    from sluice.analysts import remove_analyst  # noqa: PLC0415 - for --help's sake, both
    from sluice.database import resolve_database_url  # noqa: PLC0415

    remove_analyst(resolve_database_url(), name)
    typer.echo(f"{name} can no longer connect.")
