"""The product's processes, each of which can be killed at any moment and is started again at once."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import psutil
import psycopg

from api.kit.clock import utc_now
from api.kit.db import with_database
from api.migrations.runner import upgrade
from sluice.database import ensure_database
from sluice.embedded_postgres import EmbeddedPostgres

TICKET_SERVICE, WORKFLOW_API, WORKER, POSTGRES = "ticket service", "workflow api", "worker", "postgres"
VICTIMS = (TICKET_SERVICE, WORKFLOW_API, WORKER, POSTGRES)
READY_SECONDS = 120.0
_chance = random.SystemRandom()


@contextmanager
def own_server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server that nobody else uses, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="sluice-storm-") as name:
        home = Path(name)
        # The server may run as another user, who has to pass through.
        home.chmod(0o755)
        server = EmbeddedPostgres(home)
        server.attach()
        try:
            yield server
        finally:
            server.release()


@dataclass
class Process:
    """One process of the product: whoever kills it, and whatever it dies of, it comes back."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    # Tells whether it is at work, once it was started at a time.
    is_up: Callable[[datetime], Awaitable[bool]]
    kills: int = 0
    # Deaths that nobody here caused: a worker ends when its database does.
    own_deaths: int = 0
    _process: asyncio.subprocess.Process | None = None
    _keeping: asyncio.Task[None] | None = None
    _is_killed: bool = False
    started_at: datetime = field(default_factory=utc_now)

    async def start(self) -> None:
        await self._spawn()
        self._keeping = asyncio.create_task(self._keep())

    async def _spawn(self) -> None:
        self.started_at = utc_now()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def _keep(self) -> None:
        while True:
            assert self._process is not None
            await self._process.wait()
            if not self._is_killed:
                self.own_deaths += 1
                await asyncio.sleep(0.5)
            self._is_killed = False
            await self._spawn()

    async def kill(self) -> bool:
        """Kill it at its work; False while it is not at that."""
        if not await self.is_up(self.started_at):
            return False
        if self._process is None or self._process.returncode is not None:
            return False
        self._is_killed = True
        self._process.kill()
        self.kills += 1
        return True

    async def stop(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), 20)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()


@dataclass
class Stack:
    server: EmbeddedPostgres
    database_url: str
    ticket_service_url: str
    workflow_api_url: str
    processes: dict[str, Process] = field(default_factory=dict)
    postgres_kills: int = 0

    async def kill(self, victim: str) -> bool:
        if victim != POSTGRES:
            return await self.processes[victim].kill()
        await asyncio.to_thread(self._kill_postgres)
        self.postgres_kills += 1
        return True

    def _kill_postgres(self) -> None:
        """Kill the postmaster, let its orphans notice, and start it: it recovers from its log."""
        pid = self.server.pid
        assert pid is not None, "PostgreSQL is not there to be killed"
        children = psutil.Process(pid).children(recursive=True)
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs(children, timeout=30)
        self.server.ensure_running()

    @property
    def kills(self) -> dict[str, int]:
        return {name: process.kills for name, process in self.processes.items()} | {
            POSTGRES: self.postgres_kills
        }

    @property
    def own_deaths(self) -> dict[str, int]:
        return {name: process.own_deaths for name, process in self.processes.items()}


@asynccontextmanager
async def running_stack(server: EmbeddedPostgres, **settings: str) -> AsyncIterator[Stack]:
    """Both services and the worker on an empty, migrated database of the server."""
    url = with_database(server.url("postgres"), "sluice")
    await asyncio.to_thread(ensure_database, url)
    await asyncio.to_thread(upgrade, url)
    ports = free_ports(2)
    stack = Stack(server, url, *(f"http://127.0.0.1:{port}" for port in ports))
    environment = os.environ | {
        "SLUICE_DATABASE_URL": url,
        "SLUICE_TICKET_SERVICE_URL": stack.ticket_service_url,
        "SLUICE_WORKFLOW_API_URL": stack.workflow_api_url,
        "SLUICE_LOG_LEVEL": "WARNING",
        "SLUICE_WORKER_PORT": "0",
        **settings,
    }
    for name, arguments, is_up in (
        (TICKET_SERVICE, _uvicorn("create_ticket_service", ports[0]), answers(stack.ticket_service_url)),
        (WORKFLOW_API, _uvicorn("create_workflow_api", ports[1]), answers(stack.workflow_api_url)),
        (WORKER, ["api.worker"], beats(url)),
    ):
        log = server.home / f"{name.replace(' ', '-')}.log"
        stack.processes[name] = Process(name, [sys.executable, "-m", *arguments], environment, log, is_up)
    try:
        for process in stack.processes.values():
            await process.start()
        for process in stack.processes.values():
            await wait_until_up(process)
        yield stack
    finally:
        await asyncio.gather(*(process.stop() for process in stack.processes.values()))


def _uvicorn(factory: str, port: int) -> list[str]:
    options = ["--log-level", "warning", "--no-access-log", "--port", str(port)]
    return ["uvicorn", "--factory", f"api.main:{factory}", *options]


def free_ports(number: int) -> list[int]:
    """Choose ports that no client is given as its own while a killed server is away."""
    found: list[int] = []
    while len(found) < number:
        port = _chance.randrange(15_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


def answers(address: str) -> Callable[[datetime], Awaitable[bool]]:
    """Ask a service whether it is up."""

    async def is_up(_: datetime) -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            try:
                return (await client.get(f"{address}/readyz")).is_success
            except httpx.TransportError:
                return False

    return is_up


def beats(database_url: str) -> Callable[[datetime], Awaitable[bool]]:
    """Look for the heartbeat of a worker that was started at a time."""

    async def is_up(started_at: datetime) -> bool:
        try:
            async with await psycopg.AsyncConnection.connect(database_url) as connection:
                found = await connection.execute(_HEARTBEAT, [started_at])
                return await found.fetchone() is not None
        except psycopg.OperationalError:
            return False

    return is_up


async def wait_until_up(process: Process) -> None:
    """Return once a process is at its work.

    Raises:
        TimeoutError: it is not for too long.
    """
    async with asyncio.timeout(READY_SECONDS):
        while not await process.is_up(process.started_at):  # noqa: ASYNC110 - it may live elsewhere
            await asyncio.sleep(0.2)


def wait_until_quiet(database_url: str, *, seconds: float) -> float | None:
    """Wait until nothing is on its way any more; returns how long that took, None where it did not end."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        try:
            with psycopg.connect(database_url) as connection:
                (under_way,) = connection.execute(_UNDER_WAY).fetchone() or (1,)
        except psycopg.OperationalError:
            under_way = 1
        if not under_way:
            return time.monotonic() - started
        time.sleep(0.25)
    return None


_HEARTBEAT = "select from queue.procrastinate_workers where last_heartbeat > %s"
_UNDER_WAY = """
select
    (select count(*) from intake.outbox_event where delivered_at is null and failed_at is null)
    + (select count(*) from ops.outbox_event where delivered_at is null and failed_at is null)
    + (
        select count(*) from queue.procrastinate_jobs
        where status in ('todo', 'doing') and queue_name in ('deliveries', 'answers', 'notifications')
    )
    + (select count(*) from ops.notification where dispatched_at is null)
    + (select count(*) from ops.notification_delivery where status in ('pending', 'retrying'))
"""
