"""`sluice token` and `sluice user …`."""

from datetime import timedelta
from typing import Annotated

import typer

from api.identity.enums import UserType
from sluice.settings import load_settings

user = typer.Typer(no_args_is_help=True)

Roles = Annotated[
    list[str], typer.Option("--role", help="Admin, or system:Role; may be given more than once.")
]
UserTypeOption = Annotated[UserType, typer.Option(help="Staff work on tickets, employees submit them.")]


def token(
    role: Roles,
    user_id: Annotated[int, typer.Option(min=1, help="Whom the token speaks for.")] = 1,
    user_type: UserTypeOption = UserType.STAFF,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="How long it is good for.")] = 60,
) -> None:
    """Print one access token and nothing else."""
    from sluice.accounts import mint_token  # noqa: PLC0415 - loads the API

    signed = mint_token(
        load_settings(),
        roles=role,
        user_id=user_id,
        user_type=user_type,
        lifetime=timedelta(minutes=minutes),
    )
    typer.echo(signed)


@user.callback()
def accounts() -> None:
    """Accounts that can sign in here."""


@user.command("add", epilog="Example: sluice user add ana --role Admin --full-name 'Ana B'")
def add(
    username: Annotated[str, typer.Argument(help="What the person signs in with.")],
    *,
    role: Roles,
    password: Annotated[str | None, typer.Option(help="Made up and printed when not given.")] = None,
    user_id: Annotated[int | None, typer.Option(min=1, help="The id other systems know.")] = None,
    user_type: UserTypeOption = UserType.STAFF,
    full_name: Annotated[str | None, typer.Option()] = None,
    email: Annotated[str | None, typer.Option()] = None,
    department: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Make an account that can sign in, with its roles."""
    from sluice.accounts import NewAccount, add_accounts, new_password  # noqa: PLC0415 - loads the API
    from sluice.database import migrate, resolve_database_url  # noqa: PLC0415
    from sluice.roles import parse_role  # noqa: PLC0415

    account = NewAccount(
        username=username,
        password=password or new_password(),
        roles=[parse_role(name) for name in role],
        user_type=user_type,
        user_id=user_id,
        full_name=full_name,
        email=email,
        department=department,
    )
    database_url = resolve_database_url()
    migrate(database_url)
    [made] = add_accounts(load_settings(), database_url, [account])
    typer.echo(f"{username} (user {made}) can sign in" + ("." if password else f" with {account.password}"))


@user.command("disable", epilog="Example: sluice user disable ana")
def disable(username: Annotated[str, typer.Argument(help="What the person signs in with.")]) -> None:
    """Switch an account off: its tokens stop within seconds, and what it holds goes to others."""
    from sluice.accounts import switch  # noqa: PLC0415 - loads the API
    from sluice.database import resolve_database_url  # noqa: PLC0415

    moved = switch(load_settings(), resolve_database_url(), username, is_active=False)
    typer.echo(f"{username} can no longer sign in{_moved(moved)}.")


@user.command("enable", epilog="Example: sluice user enable ana")
def enable(username: Annotated[str, typer.Argument(help="What the person signs in with.")]) -> None:
    """Switch an account on again."""
    from sluice.accounts import switch  # noqa: PLC0415 - loads the API
    from sluice.database import resolve_database_url  # noqa: PLC0415

    moved = switch(load_settings(), resolve_database_url(), username, is_active=True)
    typer.echo(f"{username} can sign in again{_moved(moved)}.")


def _moved(tasks: int) -> str:
    return f"; {tasks} task{'s' if tasks > 1 else ''} changed hands" if tasks else ""


@user.command("password", epilog="Example: sluice user password ana")
def password(
    username: Annotated[str, typer.Argument(help="What the person signs in with.")],
    *,
    new: Annotated[str | None, typer.Option(help="Made up and printed when not given.")] = None,
) -> None:
    """Give an account a new password, and end its sessions."""
    from sluice.accounts import new_password, set_password  # noqa: PLC0415 - loads the API
    from sluice.database import resolve_database_url  # noqa: PLC0415

    chosen = new or new_password()
    set_password(load_settings(), resolve_database_url(), username, chosen)
    typer.echo(f"{username} can sign in" + (" with the new password." if new else f" with {chosen}"))
