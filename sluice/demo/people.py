"""The demo's sign-ins: three accounts of its own, and one of the people of the simulated desk."""

from dataclasses import dataclass

import psycopg

from api.identity.passwords import hash_password
from sluice.accounts import NewAccount, add_accounts
from sluice.credentials import Credentials
from sluice.settings import StackSettings

BUSIEST_AGENT = """
    select account.username, account.full_name
    from ops.user_account as account
    join ops.role_user as member on member.user_id = account.user_id
    left join ops.task_item as item on item.role_user_id = member.role_user_id and item.closed_at is null
    where account.user_type = 'staff' and account.is_active and not account.username = any(%s)
    group by account.account_id
    order by account.password_hash is null, count(item.task_item_id) desc, account.account_id
    limit 1
"""
SET_PASSWORD = "update ops.user_account set password_hash = %s where lower(username) = lower(%s) returning 1"  # noqa: S105 - a statement


@dataclass(frozen=True)
class SignIn:
    username: str
    password: str
    purpose: str


@dataclass(frozen=True)
class DemoAccount:
    username: str
    full_name: str
    roles: tuple[tuple[str, str], ...]
    purpose: str


ACCOUNTS = (
    DemoAccount("admin", "Demo Admin", (("tts", "Admin"),), "everything, forecasts and workflows too"),
    DemoAccount("manager", "Demo Manager", (("tts", "Manager"),), "the dashboards"),
    DemoAccount(
        "coordinator", "Demo Coordinator", (("hdts", "Ticket Coordinator"),), "the tickets assigned to owners"
    ),
)


def prepare_sign_ins(settings: StackSettings, database_url: str, credentials: Credentials) -> list[SignIn]:
    """Make the demo's accounts, or give those that are there the passwords of this SLUICE_HOME again."""
    sign_ins = [
        SignIn(account.username, credentials.passwords[account.username], account.purpose)
        for account in ACCOUNTS
    ]
    with psycopg.connect(database_url) as connection:
        known = {sign_in.username for sign_in in sign_ins if _set_password(connection, sign_in)}
        agent = connection.execute(BUSIEST_AGENT, [[account.username for account in ACCOUNTS]]).fetchone()
        if agent:
            sign_ins.append(SignIn(agent[0], credentials.passwords["agent"], f"the open work of {agent[1]}"))
            _set_password(connection, sign_ins[-1])
    new = [
        NewAccount(
            username=account.username,
            password=credentials.passwords[account.username],
            roles=account.roles,
            full_name=account.full_name,
        )
        for account in ACCOUNTS
        if account.username not in known
    ]
    if new:
        add_accounts(settings, database_url, new)
    return sign_ins


def _set_password(connection: psycopg.Connection, sign_in: SignIn) -> bool:
    row = connection.execute(SET_PASSWORD, [hash_password(sign_in.password), sign_in.username]).fetchone()
    return row is not None
