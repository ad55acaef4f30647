from typing import Any

import httpx


async def prove(client: httpx.AsyncClient, path: str, field: str | None = None) -> dict[str, Any]:
    asked = {"path": path} | ({"field": field} if field else {})
    response = await client.get("/proof/", params=asked)
    assert response.status_code == 200, response.text
    proof: dict[str, Any] = response.json()
    return proof
