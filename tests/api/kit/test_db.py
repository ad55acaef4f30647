"""The connections of a service over a restart of its database."""

import asyncio
from typing import Any

import httpx

from tests.factories.desk import Desk

# Waits for each backend to end.
_END_ALL = """
select pg_terminate_backend(pid, 10000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


async def test_closed_connections_cost_no_request(
    api: httpx.AsyncClient, desk: Desk, as_agent: dict[str, Any]
) -> None:
    assert (await api.get("/workflows/", headers=as_agent)).status_code == 200
    # In a thread, because a service at rest hears of it too.
    assert await asyncio.to_thread(desk.execute, _END_ALL)
    assert (await api.get("/workflows/", headers=as_agent)).status_code == 200
