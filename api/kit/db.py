"""Engines and the one session per request: begun before the service, committed before the reply."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import InvalidatePoolError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from api.kit.models import Model
from api.settings import ApiSettings

_LATE_ROWS = "late_rows"
_LAST_ROWS = "last_rows"


def with_driver(database_url: str, driver: str) -> str:
    """Name the SQLAlchemy driver in a libpq URL: `postgresql://…` becomes `postgresql+driver://…`."""
    parts = urlsplit(database_url)
    return urlunsplit(parts._replace(scheme=f"postgresql+{driver}"))


def with_database(database_url: str, database: str) -> str:
    """Point a libpq URL at another database of the same server."""
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{database}"))


def asyncpg_url(database_url: str) -> str:
    """Drop the libpq options asyncpg does not read, keep the host given as a socket folder."""
    parts = urlsplit(database_url)
    kept = [
        (key, value) for key, value in parse_qsl(parts.query) if key in {"host", "port", "user", "password"}
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))


@dataclass(frozen=True)
class Database:
    """The database as one service sees it: entered with that service's role and nothing more."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    read_sessions: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(cls, settings: ApiSettings, *, role: str) -> "Database":
        engine = create_async_engine(
            with_driver(asyncpg_url(settings.database_url), "asyncpg"),
            pool_size=settings.pool_size,
            max_overflow=0,
            connect_args={"server_settings": server_settings(settings, role=role)},
        )
        event.listen(engine.sync_engine, "checkout", refuse_closed)
        # What the deployment decided and a domain needs travels with the session.
        info = {"at_risk_ratio": settings.at_risk_ratio}
        sessions = async_sessionmaker(engine, expire_on_commit=False, info=info)
        reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        return cls(engine, sessions, async_sessionmaker(reading, expire_on_commit=False, info=info))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Begin a transaction, and commit it with the rows that were kept for its end."""
        async with self.sessions() as session, session.begin():
            yield session
            session.add_all(session.info.pop(_LATE_ROWS, ()))
            await session.flush()
            session.add_all(session.info.pop(_LAST_ROWS, ()))

    async def schema_revision(self) -> str | None:
        """Name the migration the database is at; None where none was ever run."""
        async with self.engine.connect() as connection:
            try:
                revision = await connection.scalar(text("select version_num from public.alembic_version"))
            except ProgrammingError:
                return None
        return None if revision is None else str(revision)

    async def close(self) -> None:
        await self.engine.dispose()


def refuse_closed(connection: AsyncAdapt_asyncpg_connection, *_: object) -> None:
    """Make the pool open afresh what a restart of the server has closed.

    The driver hears of that by itself: `pool_pre_ping` would ask the server, in three round trips.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def server_settings(settings: ApiSettings, *, role: str) -> dict[str, str]:
    return {
        "role": role,
        "search_path": "queue",
        "timezone": "UTC",
        "application_name": role,
        "statement_timeout": str(settings.statement_timeout_ms),
        "idle_in_transaction_session_timeout": "30000",
    }


async def connect_read_pool(settings: ApiSettings) -> asyncpg.Pool:
    """Raw driver pool for the read side, whose answers PostgreSQL renders itself."""
    url = settings.read_database_url or settings.database_url
    # Each statement is planned once: planning afresh for the values costs more than the answer, and
    # compiling it more than both.
    return await _connect_pool(
        settings,
        url,
        role="sluice_api",
        size=settings.pool_size,
        plan_cache_mode="force_generic_plan",
        jit="off",
    )


async def connect_membership_pool(settings: ApiSettings, *, role: str) -> asyncpg.Pool:
    """Raw driver pool on the primary: a role taken away must count at once, not after replication."""
    return await _connect_pool(settings, settings.database_url, role=role, size=4)


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Spare the round trip that resets a connection; a transaction left open the driver ends by itself."""


async def _connect_pool(
    settings: ApiSettings, url: str, *, role: str, size: int, **options: str
) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        asyncpg_url(url),
        # None is opened ahead, so a service starts, and says that it is not ready, without a database.
        min_size=0,
        max_size=size,
        # What these pools run are single statements: nothing of them stays on a connection.
        reset=_leave_as_it_is,
        # Answers are long statements. The driver would not keep those above 15 kB, so that the server would
        # plan them anew each time, which costs ten times the answer.
        max_cacheable_statement_size=0,
        server_settings=server_settings(settings, role=role) | options,
    )


def write_late(session: AsyncSession, row: Model) -> None:
    """Keep a row until the rest of its transaction is done: all of one table are then one statement."""
    session.info.setdefault(_LATE_ROWS, []).append(row)


def write_last(session: AsyncSession, row: Model) -> None:
    """Keep a row until all else of its transaction is written.

    For rows that lock what every writer shares: taken last, such a lock is held for the commit alone and
    cannot be part of a deadlock.
    """
    session.info.setdefault(_LAST_ROWS, []).append(row)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


# `scope="function"`: with the default scope a commit that fails would still have answered 201.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_read_session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.read_sessions() as session:
        yield session


# For what changes nothing. Each statement sees what is committed when it begins, as it would in a
# transaction of ours, without the two round trips that frame one.
ReadSession = Annotated[AsyncSession, Depends(get_read_session, scope="function")]
