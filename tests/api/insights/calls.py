"""The read side as its callers know it: the real service in this process, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from api.identity.tokens import issue_access_token
from api.main import create_workflow_api
from api.settings import ApiSettings

NUMBERS = [f"/tickets/{name}/" for name in ("dashboard", "status", "priority", "age", "sla")]
LISTS = [f"/drilldown/tickets/{name}/" for name in ("status", "priority", "age", "sla")]
DATED = [*NUMBERS, "/ticket-trends/", *LISTS]
ALL = [*DATED, "/forecast/volume/"]


@asynccontextmanager
async def running_service(database_url: str, *, pool_size: int = 1) -> AsyncIterator[FastAPI]:
    app = create_workflow_api(ApiSettings(database_url=database_url, pool_size=pool_size))
    async with app.router.lifespan_context(app):
        yield app


def calling(app: FastAPI, *roles: str, user_type: str = "staff") -> httpx.AsyncClient:
    """A caller of the service with a token for these `tts` roles."""
    token = issue_access_token(
        app.state.settings,
        user_id=12,
        user_type=user_type,
        username="ana",
        full_name="Ana B",
        email=None,
        department=None,
        roles=[{"system": "tts", "role": role} for role in roles],
        lifetime=timedelta(hours=2),
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://desk.test/analytics",
        headers={"Authorization": f"Bearer {token}"},
    )


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    response = await client.get(path, params=query)
    assert response.status_code == 200, response.text
    # What an answer says of itself is tried beside the catalogue.
    return {
        name: value
        for name, value in response.json().items()
        if name not in {"metrics", "proof", "data_quality"}
    }


async def read_all(client: httpx.AsyncClient, path: str, *, page_size: int = 7, **query: Any) -> list[int]:
    """Follow `next` to the end and hold every page to the count."""
    answer = await get(client, path, page_size=page_size, **query)
    rows = [row["task_id"] for row in answer["results"]]
    while answer["next"]:
        answer = (await client.get(answer["next"])).json()
        rows += [row["task_id"] for row in answer["results"]]
    assert answer["count"] == len(rows)
    return rows


@dataclass
class Asked:
    """Statements with their arguments, as the driver was given them."""

    statements: dict[str, tuple[Any, ...]] = field(default_factory=dict)
