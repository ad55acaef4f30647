"""Logins of analysts: roles of the database server that read what is published, and write nothing."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row

from sluice.database import first_line
from sluice.errors import SluiceError

GROUP = "sluice_analyst"
CONNECTIONS = 10
# Privileges are what keeps an analyst from writing; these keep a slip from holding up others.
SESSION = {
    "default_transaction_read_only": "on",
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "10min",
    "search_path": "marts, serving",
}
_NAME = re.compile(r"(?!pg_|sluice_)[a-z][a-z0-9_]{0,62}")
_LIST = """
select
    login.rolname as name,
    login.rolconnlimit as connection_limit,
    (select count(*) from pg_stat_activity where usesysid = login.oid)::integer as connections
from pg_auth_members as membership
inner join pg_roles as login on membership.member = login.oid
where membership.roleid = to_regrole('sluice_analyst') and login.rolcanlogin and not login.rolsuper
order by login.rolname
"""
_END_SESSIONS = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = %s
"""


class AnalystError(SluiceError):
    """A login that cannot be made or ended."""


@dataclass(frozen=True, slots=True)
class Analyst:
    name: str
    connection_limit: int
    connections: int


def add_analyst(database_url: str, name: str, *, read_at: str | None = None) -> str:
    """Make a login and return the URL it connects with; its password is kept nowhere.

    Args:
        database_url: Where roles are made; its user must be allowed to.
        name: Of the login, new to the server.
        read_at: The URL whose host the analyst is to use, a replica for instance.

    Raises:
        AnalystError: The name is unfit or taken, or this user may not make roles.
    """
    if not _NAME.fullmatch(name):
        message = (
            f"the name {name[:80]!r} is not usable: give 1 to 63 small letters, digits and underscores, "
            "a letter first, and neither pg_ nor sluice_ at the beginning"
        )
        raise AnalystError(message)
    password = secrets.token_urlsafe(24)
    try:
        with psycopg.connect(database_url) as connection:
            _create(connection, name, password)
    except psycopg.errors.DuplicateObject:
        message = f"the server has a role named {name!r}: choose another name, or end it first"
        raise AnalystError(message) from None
    except psycopg.errors.InsufficientPrivilege as error:
        raise _not_allowed(database_url, error) from None
    return _url_of(read_at or database_url, name, password)


def list_analysts(database_url: str) -> list[Analyst]:
    """Those of the whole server: roles belong to it, not to one of its databases."""
    with psycopg.connect(database_url) as connection:
        return connection.cursor(row_factory=class_row(Analyst)).execute(_LIST).fetchall()


def remove_analyst(database_url: str, name: str) -> None:
    """End a login at once, sessions included.

    Raises:
        AnalystError: There is none of that name, or this user may not end it.
    """
    if name not in {analyst.name for analyst in list_analysts(database_url)}:
        message = f"no analyst is named {name!r}: see sluice analyst list"
        raise AnalystError(message)
    login = sql.Identifier(name)
    try:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("alter role {} nologin").format(login))
            # Whoever is no superuser ends sessions and drops things of roles that it is a member of only.
            connection.execute(sql.SQL("grant {} to current_user").format(login))
            connection.execute(_END_SESSIONS, [name])
            connection.execute(sql.SQL("drop owned by {}").format(login))
            connection.execute(sql.SQL("drop role {}").format(login))
    except psycopg.errors.InsufficientPrivilege as error:
        raise _not_allowed(database_url, error) from None
    except psycopg.errors.DependentObjectsStillExist as error:
        message = f"{name} can no longer connect, but owns something in another database: {first_line(error)}"
        raise AnalystError(message) from None


def _create(connection: psycopg.Connection, name: str, password: str) -> None:
    login = sql.Identifier(name)
    # Encrypted here: a server that logs its statements would log the password.
    kept = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("create role {} login password {} connection limit {}").format(
            login, sql.Literal(kept.decode()), sql.Literal(CONNECTIONS)
        )
    )
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(GROUP), login))
    for setting, value in SESSION.items():
        values = sql.SQL(", ").join(sql.Literal(part.strip()) for part in value.split(","))
        connection.execute(
            sql.SQL("alter role {} set {} to {}").format(login, sql.Identifier(setting), values)
        )


def _not_allowed(database_url: str, error: psycopg.Error) -> AnalystError:
    user = conninfo_to_dict(database_url).get("user", "the user")
    return AnalystError(
        f"{user} of SLUICE_DATABASE_URL may not do this ({first_line(error)}): let a superuser run "
        f"`alter role {user} createrole; grant {GROUP} to {user} with admin option`"
    )


def _url_of(url: str, name: str, password: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    query = [(key, value) for key, value in parse_qsl(parts.query) if key not in {"user", "password"}]
    return parts._replace(netloc=f"{name}:{password}@{where}", query=urlencode(query, safe="/")).geturl()
