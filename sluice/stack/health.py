"""Whether a process of the stack is well."""

import asyncio
import time
from pathlib import Path

import httpx
import psutil

from sluice.stack.services import Service

SETTLING_SECONDS = 1.0


async def is_healthy(client: httpx.AsyncClient, service: Service, pid: int | None) -> bool:
    """Ask the service itself; one that answers no requests is well once it has outlived its start."""
    if pid is None:
        return False
    if service.health_socket is not None:
        return await accepts_connections(service.health_socket)
    if service.health_url is None:
        return has_settled(pid)
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


def has_settled(pid: int) -> bool:
    try:
        return time.time() - psutil.Process(pid).create_time() >= SETTLING_SECONDS
    except psutil.Error:
        return False
