"""The one database every command works on: the server named in the settings, else the embedded one."""

import atexit
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from sluice.embedded_postgres import EmbeddedPostgres
from sluice.errors import DatabaseError
from sluice.settings import StackSettings, load_settings, prepare_home

DATABASE = "sluice"
CONNECT_SECONDS = 10


def resolve_database_url() -> str:
    """Find the database of this machine's desk; an embedded server is held until this process ends."""
    settings = load_settings()
    if settings.database_url:
        ensure_database(settings.database_url)
        return settings.database_url
    url = hold_embedded_server(settings).url(DATABASE)
    ensure_database(url)
    return url


def hold_embedded_server(settings: StackSettings) -> EmbeddedPostgres:
    return _held_server(prepare_home(settings))


@cache
def _held_server(home: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(home)
    server.attach()
    atexit.register(server.release)
    return server


def running_database_url(settings: StackSettings) -> str | None:
    """The database as it stands, without starting anything; None where nothing runs."""
    if settings.database_url:
        return settings.database_url
    server = EmbeddedPostgres(settings.home)
    return server.url(DATABASE) if server.is_running() else None


def ensure_database(url: str) -> None:
    """Create the database the URL names on a server that lacks it."""
    try:
        psycopg.connect(url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        if error.sqlstate != "3D000" and "does not exist" not in str(error):
            raise unreachable(url, error) from None
        _create_database(url)
    except psycopg.ProgrammingError:
        message = (
            "SLUICE_DATABASE_URL is not a PostgreSQL URL: write postgresql://user:password@host:5432/name"
        )
        raise DatabaseError(message) from None


def _create_database(url: str) -> None:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    try:
        with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.errors.DuplicateDatabase:
        return
    except psycopg.Error as error:
        message = f"the database {name!r} is not there and cannot be created: {first_line(error)}"
        raise DatabaseError(message) from None


def migrate(url: str) -> None:
    """Bring the database to the newest schema, or say in one sentence what stands in the way."""
    # Alembic and every model: half a second that other commands can do without.
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from api.migrations.runner import upgrade  # noqa: PLC0415

    try:
        upgrade(url)
    except (CommandError, SQLAlchemyError, psycopg.Error) as error:
        message = f"the database cannot be migrated: {first_line(error)}"
        raise DatabaseError(message) from error


def unreachable(url: str, error: Exception) -> DatabaseError:
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or 5432}" if parts.hostname else "its socket"
    return DatabaseError(
        f"the database at {where} cannot be reached ({first_line(error)}): check SLUICE_DATABASE_URL"
    )


def first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
