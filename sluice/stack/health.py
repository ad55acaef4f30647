"""Whether a process of the stack is well."""

import asyncio
from pathlib import Path

import httpx

from sluice.stack.services import Service


async def is_healthy(client: httpx.AsyncClient, service: Service, pid: int | None) -> bool:
    """Ask the service itself; one that answers no requests is well while it lives."""
    if pid is None:
        return False
    if service.health_socket is not None:
        return await accepts_connections(service.health_socket)
    if service.health_url is None:
        return True
    try:
        return (await client.get(service.health_url)).is_success
    except httpx.HTTPError:
        return False


async def accepts_connections(socket: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.close()
    return True
