"""Lists of items, read page by page."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.api.insights.calls import get


async def read_ids(
    client: httpx.AsyncClient, path: str, query: Mapping[str, Any], page_size: int = 37
) -> tuple[int, list[int]]:
    """The count, and the items of all pages; pages but the last are full."""
    answer = await get(client, path, page_size=page_size, **query)
    count, ids = answer["count"], [row["task_item_id"] for row in answer["results"]]
    while answer["next"]:
        assert len(answer["results"]) == page_size
        answer = (await client.get(answer["next"])).json()
        assert answer["count"] == count
        ids += [row["task_item_id"] for row in answer["results"]]
    return count, ids
