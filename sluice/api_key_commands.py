"""`sluice api-key add`, `list` and `revoke`."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

api_key = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the key is called, in any case.")]


@api_key.callback()
def keys() -> None:
    """Keys that other systems send tickets with."""


@api_key.command("add", epilog="Example: sluice api-key add helpdesk --source hdts --days 365")
def add(
    name: Name,
    *,
    source: Annotated[str, typer.Option(help="The source_service that its tickets have.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="How long it is good for; for good if not given.")
    ] = None,
) -> None:
    """Make a key and print it. It is shown this once and cannot be read again."""
    from sluice.api_keys import add_key  # noqa: PLC0415 - loads the API
    from sluice.database import migrate, resolve_database_url  # noqa: PLC0415

    database_url = resolve_database_url()
    migrate(database_url)
    typer.echo(add_key(database_url, name, source, days))


@api_key.command("list", epilog="Example: sluice api-key list --json")
def list_api_keys(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False
) -> None:
    """List the keys ever made, and when they were used last; the keys themselves are not kept."""
    from sluice.api_keys import list_keys  # noqa: PLC0415 - loads the API
    from sluice.database import resolve_database_url  # noqa: PLC0415

    found = list_keys(resolve_database_url())
    if as_json:
        typer.echo(json.dumps({"keys": [asdict(key) for key in found]}, default=str))
        return
    for key in found:
        typer.echo(
            f"{key.name}  {key.hint}…  {key.state}  source {key.source_service}  "
            f"expires {_day(key.expires_at)}  used {_day(key.last_used_at)}"
        )


@api_key.command("revoke", epilog="Example: sluice api-key revoke helpdesk")
def revoke(name: Name) -> None:
    """End a key: the next request with it is refused."""
    from sluice.api_keys import revoke_key  # noqa: PLC0415 - loads the API
    from sluice.database import resolve_database_url  # noqa: PLC0415

    revoke_key(resolve_database_url(), name)
    typer.echo(f"{name} can no longer send tickets.")


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d}"
