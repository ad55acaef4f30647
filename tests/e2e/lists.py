"""Answers reduced to what two of them can be compared by."""

from typing import Any

import httpx

from tests.api.insights.calls import get

# What is told of the answer itself, not of the tickets.
OWN = {"generated_at", "data_as_of", "publication_id"}


async def count(client: httpx.AsyncClient, kind: str, **query: Any) -> int:
    answer = await get(client, f"/drilldown/tickets/{kind}/", page_size=1, **query)
    return int(answer["count"])


async def read_rows(client: httpx.AsyncClient, kind: str, **query: Any) -> list[dict[str, Any]]:
    answer = await get(client, f"/drilldown/tickets/{kind}/", page_size=100, **query)
    rows: list[dict[str, Any]] = answer["results"]
    while answer["next"]:
        answer = (await client.get(answer["next"])).json()
        rows += answer["results"]
    return rows


async def figures(client: httpx.AsyncClient, path: str, query: dict[str, str]) -> dict[str, Any]:
    path, _, fixed = path.partition("?")
    name, _, value = fixed.partition("=")
    answer = await get(client, path, **query, **({name: value} if name else {}))
    return {name: value for name, value in answer.items() if name not in OWN}
