"""The connections of a service over a restart of its database."""

import asyncio
from typing import Any

import httpx

from api.kit.db import connect_membership_pool
from api.settings import ApiSettings
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
    # One trip more, during which the loop comes to read that its connections are closed.
    await asyncio.to_thread(desk.execute, "select 1")
    assert (await api.get("/workflows/", headers=as_agent)).status_code == 200


async def test_a_pooled_connection_takes_nothing_begun_along(settings: ApiSettings) -> None:
    pool = await connect_membership_pool(settings, role="sluice_api")
    async with pool:
        async with pool.acquire() as connection:
            await connection.execute("begin")
            process = connection.get_server_pid()
        async with pool.acquire() as connection:
            assert connection.get_server_pid() == process
            assert not connection.is_in_transaction()
