"""Whether a process of the stack is well."""

import httpx

from sluice.stack.services import Service


async def is_healthy(client: httpx.AsyncClient, service: Service, pid: int | None) -> bool:
    """Ask the service itself; one that answers no requests is well while it lives."""
    if pid is None:
        return False
    if service.health_url is None:
        return True
    try:
        return (await client.get(service.health_url)).is_success
    except httpx.HTTPError:
        return False
