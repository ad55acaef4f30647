"""What runs, whether it is well, and what was published last: read without starting anything."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.table import Table

from sluice.database import running_database_url
from sluice.parts import PARTS
from sluice.settings import StackSettings
from sluice.stack.health import is_healthy
from sluice.stack.services import Service, choose_services
from sluice.stack.session import stack_lock
from sluice.stack.state import StackState, read_state

NEWEST_PUBLICATION = """
    select publication_id as id, data_as_of
    from serving.publications
    where publication_id = (select publication_id from serving.current_publication)
"""


@dataclass(frozen=True)
class PartStatus:
    running: bool
    healthy: bool
    address: str | None


@dataclass(frozen=True)
class Publication:
    id: int
    data_as_of: datetime


@dataclass(frozen=True)
class StackStatus:
    home: str
    running: bool
    parts: dict[str, PartStatus]
    publication: Publication | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_status(settings: StackSettings) -> StackStatus:
    home = settings.home
    running = home.is_dir() and not stack_lock(home).is_free()
    url = running_database_url(settings)
    database_up = url is not None and database_answers(url)
    parts = {"postgres": PartStatus(database_up, database_up, None)}
    parts |= asyncio.run(_parts(settings, read_state(home) if running else None))
    return StackStatus(str(home), running, parts, newest_publication(url) if url and database_up else None)


def database_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("select 1")
    except psycopg.Error:
        return False
    return True


def newest_publication(url: str) -> Publication | None:
    """The publication readers see; None before the first, and before the database is migrated."""
    with psycopg.connect(url, connect_timeout=5, row_factory=dict_row) as connection:
        try:
            row = connection.execute(NEWEST_PUBLICATION).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return Publication(row["id"], row["data_as_of"]) if row else None


async def _parts(settings: StackSettings, state: StackState | None) -> dict[str, PartStatus]:
    services = choose_services(settings)
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        found = await asyncio.gather(*(_process(client, service, state) for service in services))
    parts = {}
    for part in PARTS:
        own = [status for service, status in zip(services, found, strict=True) if service.part == part]
        parts[part] = PartStatus(
            running=all(status.running for status in own),
            healthy=all(status.healthy for status in own),
            address=next((status.address for status in own if status.address), None),
        )
    return parts


async def _process(client: httpx.AsyncClient, service: Service, state: StackState | None) -> PartStatus:
    pid = state.processes.get(service.name) if state and state.is_alive else None
    return PartStatus(pid is not None, await is_healthy(client, service, pid), service.address)


def show_status(status: StackStatus) -> None:
    table = Table(title=f"SLUICE_HOME {status.home}", title_justify="left")
    for column in ("part", "running", "healthy", "address"):
        table.add_column(column)
    for name, part in status.parts.items():
        table.add_row(name, yes(part.running), yes(part.healthy), part.address or "")
    console = Console()
    console.print(table)
    if status.publication is None:
        console.print("Nothing has been published yet.")
    else:
        as_of = status.publication.data_as_of.astimezone(UTC)
        console.print(f"Publication {status.publication.id}, data as of {as_of:%Y-%m-%d %H:%M:%S} UTC.")


def yes(fact: bool) -> str:  # noqa: FBT001 - it is the one thing rendered
    return "yes" if fact else "no"
