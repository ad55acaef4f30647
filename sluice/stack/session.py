"""One run of the stack on one SLUICE_HOME: locked, with its database up and migrated, until closed."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sluice.credentials import Credentials, load_credentials
from sluice.database import DATABASE, ensure_database, migrate
from sluice.embedded_postgres import EmbeddedPostgres
from sluice.errors import SluiceError, StackError
from sluice.file_lock import FileLock
from sluice.parts import PARTS
from sluice.settings import StackSettings, prepare_home
from sluice.stack.dagster_home import prepare_dagster_home
from sluice.stack.ports import refuse_taken_ports
from sluice.stack.services import Service, choose_services
from sluice.stack.state import read_state
from sluice.stack.supervisor import Supervisor

# How long the processes of a stack that was killed may take to be cleared away.
HANDOVER_SECONDS = 15
POSTGRES_CHECK_SECONDS = 1.0

Announce = Callable[[str], None]


@dataclass
class StackSession:
    settings: StackSettings
    credentials: Credentials
    services: list[Service]
    supervisor: Supervisor
    database_url: str

    async def start(self, parts: Collection[str] = PARTS) -> None:
        await self.supervisor.start([service for service in self.services if service.part in parts])

    async def wait_healthy(self) -> None:
        await self.supervisor.wait_healthy()


@asynccontextmanager
async def open_stack(
    settings: StackSettings, parts: Collection[str], announce: Announce
) -> AsyncIterator[StackSession]:
    """Hold this SLUICE_HOME: refuse what cannot work before anything starts, end everything after."""
    services = choose_services(settings, parts)
    home = prepare_home(settings)
    lock = stack_lock(home)
    if not await asyncio.to_thread(lock.acquire_exclusive, HANDOVER_SECONDS if _is_orphaned(home) else 0):
        message = (
            f"a stack is already running on SLUICE_HOME {home}: stop it with `sluice down` or choose another"
        )
        raise StackError(message)
    try:
        refuse_taken_ports(services, settings.host)
        credentials = load_credentials(settings)
        async with _database(settings, announce) as url:
            await asyncio.to_thread(migrate, url)
            supervisor = Supervisor(
                lock=lock,
                home=home,
                environment=child_environment(settings, credentials, url),
                announce=announce,
            )
            if "dagster" in parts:
                prepare_dagster_home(settings)
            try:
                await supervisor.open()
                yield StackSession(settings, credentials, services, supervisor, url)
            finally:
                await supervisor.close()
    finally:
        lock.release()


def stack_lock(home: Path) -> FileLock:
    return FileLock(home / "locks" / "stack")


def child_environment(settings: StackSettings, credentials: Credentials, database_url: str) -> dict[str, str]:
    """What every process of the stack is told; nothing secret is written to disk for it."""
    return {
        **os.environ,
        "SLUICE_HOME": str(settings.home),
        "SLUICE_ENV": settings.env,
        "SLUICE_DATABASE_URL": database_url,
        "SLUICE_READ_DATABASE_URL": settings.read_database_url or database_url,
        "SLUICE_WORKFLOW_API_URL": settings.api_url,
        "SLUICE_TICKET_SERVICE_URL": settings.tickets_url,
        "SLUICE_DOCS_URL": settings.docs_address,
        "SLUICE_DAGSTER_URL": settings.dagster_address,
        "SLUICE_DASHBOARDS_TEAM_ONLY": str(settings.dashboards_team_only).lower(),
        "SLUICE_DASHBOARDS_URL": settings.dashboards_address,
        "SLUICE_SECRET_KEY": credentials.secret_key,
        "SLUICE_SERVICE_TOKEN": credentials.service_token,
        "SLUICE_LOG_LEVEL": settings.log_level,
        "SLUICE_HOST": settings.host,
        "SLUICE_WORKER_PORT": str(settings.worker_port),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


@asynccontextmanager
async def _database(settings: StackSettings, announce: Announce) -> AsyncIterator[str]:
    if settings.database_url:
        await asyncio.to_thread(ensure_database, settings.database_url)
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.home)
    await asyncio.to_thread(server.attach)
    watch = asyncio.create_task(_keep_running(server, announce))
    try:
        url = server.url(DATABASE)
        await asyncio.to_thread(ensure_database, url)
        yield url
    finally:
        watch.cancel()
        await asyncio.to_thread(server.release)


async def _keep_running(server: EmbeddedPostgres, announce: Announce) -> None:
    while True:
        await asyncio.sleep(POSTGRES_CHECK_SECONDS)
        if server.is_running():
            continue
        announce(f"PostgreSQL has stopped; starting it again (log: {server.log})")
        try:
            await asyncio.to_thread(server.ensure_running)
        except SluiceError as error:
            announce(str(error))


def _is_orphaned(home: Path) -> bool:
    """Whether the lock may be held for a stack whose supervisor was killed, as its guardian does."""
    state = read_state(home)
    return state is not None and not state.is_alive
