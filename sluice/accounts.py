"""Tokens and accounts made from the command line, with the keys of this SLUICE_HOME."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.audit.trail import system_trail
from api.identity.enums import UserType
from api.identity.passwords import SHORTEST_PASSWORD
from api.identity.service import create_account, reset_password
from api.identity.tokens import issue_access_token
from api.kit.db import Database, Session
from api.kit.errors import DuplicateError, NotFoundError
from api.roles.absence import switch_account
from api.settings import ApiSettings
from sluice.credentials import load_credentials
from sluice.errors import DatabaseError, SettingError
from sluice.roles import parse_role
from sluice.settings import StackSettings

LARGEST_ID = 2**63 - 1

T = TypeVar("T")


@dataclass(frozen=True)
class NewAccount:
    username: str
    password: str
    roles: Sequence[tuple[str, str]]
    user_type: UserType = UserType.STAFF
    user_id: int | None = None
    full_name: str | None = None
    email: str | None = None
    department: str | None = None


def mint_token(
    settings: StackSettings,
    *,
    roles: Sequence[str],
    user_id: int,
    user_type: UserType,
    lifetime: timedelta,
) -> str:
    """Sign one access token that the services of this SLUICE_HOME accept; no database is asked."""
    named = [{"system": system, "role": name} for system, name in map(parse_role, roles)]
    return issue_access_token(
        api_settings(settings, settings.database_url or "postgresql://"),
        user_id=user_id,
        user_type=user_type,
        username=f"{user_type}-{user_id}",
        full_name=f"{user_type.capitalize()} {user_id}",
        email=None,
        department=None,
        roles=named,
        lifetime=lifetime,
    )


def api_settings(settings: StackSettings, database_url: str) -> ApiSettings:
    credentials = load_credentials(settings)
    try:
        return ApiSettings(
            database_url=database_url,
            secret_key=SecretStr(credentials.secret_key),
            service_token=SecretStr(credentials.service_token),
            dashboards_url=settings.dashboards_address,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        message = f"SLUICE_{str(fault['loc'][0] if fault['loc'] else '').upper()}: {fault['msg']}"
        raise SettingError(message) from None


def new_password() -> str:
    return secrets.token_urlsafe(12)


def add_accounts(settings: StackSettings, database_url: str, accounts: Sequence[NewAccount]) -> list[int]:
    """Make the accounts in one transaction and return their user ids, or say why none was made."""
    for account in accounts:
        _refuse_short_password(account.username, account.password)

    async def add(session: Session) -> list[int]:
        return [await _add_account(session, account) for account in accounts]

    try:
        return _write(settings, database_url, add)
    except IntegrityError as error:
        if "user_id" in str(error.orig):
            message = "that --user-id belongs to another account of this type: choose another, or none"
            raise DatabaseError(message) from None
        raise


def switch(settings: StackSettings, database_url: str, username: str, *, is_active: bool) -> int:
    """Let an account sign in or not; returns how many tasks changed hands by that, or says what is wrong."""

    async def change(session: Session) -> int:
        trail = system_trail(session, "sluice user")
        return await switch_account(session, trail, username, is_active=is_active)

    return _write(settings, database_url, change)


def set_password(settings: StackSettings, database_url: str, username: str, password: str) -> None:
    """Give an account a new password and end its sessions, or say that there is none."""
    _refuse_short_password(username, password)
    _write(settings, database_url, lambda session: reset_password(session, username, password))


def _refuse_short_password(username: str, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        message = f"the password of {username!r} has fewer than {SHORTEST_PASSWORD} characters"
        raise SettingError(message)


async def _add_account(session: Session, account: NewAccount) -> int:
    made = await create_account(
        session,
        username=account.username,
        password=account.password,
        full_name=account.full_name or account.username,
        user_type=account.user_type,
        user_id=account.user_id,
        email=account.email,
        department=account.department,
        roles=account.roles,
    )
    return made.user_id


def _write(settings: StackSettings, database_url: str, change: Callable[[Session], Awaitable[T]]) -> T:
    try:
        return asyncio.run(_write_once(api_settings(settings, database_url), change))
    except (DuplicateError, NotFoundError) as error:
        raise DatabaseError(str(error)) from None
    except IntegrityError:
        raise
    except DBAPIError as error:
        message = f"the account cannot be written: {str(error.orig).splitlines()[0]}"
        raise DatabaseError(message) from None


async def _write_once(settings: ApiSettings, change: Callable[[Session], Awaitable[T]]) -> T:
    database = Database.connect(settings, role="sluice_api")
    try:
        async with database.transaction() as session:
            return await change(session)
    finally:
        await database.close()
