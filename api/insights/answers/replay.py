"""An address of this service answered within another request."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from fastapi import Request
from starlette.types import Message

from api.insights.answers.routes import QUESTIONS
from api.insights.catalogue.registry import full_path

# Who asks decides what is told; all other headers are about the request around it.
KEPT_HEADERS = {b"authorization", b"cookie", b"host"}


@dataclass(frozen=True)
class Replayed:
    """What an address answers.

    Attributes:
        status: HTTP status.
        content: The body.
        route: Path of the route that answered, its parameters in braces; None where none did.
        values: What was asked, as the route read it: its query's fields and the parameters of its path.
    """

    status: int
    content: bytes
    route: str | None
    values: dict[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.content)
        return body


async def replay(request: Request, address: str, connection: asyncpg.Connection) -> Replayed:
    """Answer an address as its caller would be answered, but by what one connection reads."""
    parts = urlsplit(address)
    headers = [(name, value) for name, value in request.scope["headers"] if name in KEPT_HEADERS]
    scope = dict(request.scope) | {
        "method": "GET",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": headers,
        "state": dict(request.scope.get("state") or {}) | {"read_from": connection},
    }
    for name in ("route", "endpoint", "path_params", "router"):
        scope.pop(name, None)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await request.app.router(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent)
    route = scope.get("route")
    return Replayed(
        status=sent[0]["status"],
        content=content,
        route=None if route is None else full_path(route.path),
        values=_read_values(scope) if sent[0]["status"] == 200 else {},  # noqa: PLR2004
    )


def _read_values(scope: dict[str, Any]) -> dict[str, Any]:
    question = QUESTIONS.get(scope.get("endpoint"))
    given = dict(Request(scope).query_params)
    read = vars(question.model_validate(given)) if question else {}
    path = {
        name: int(value) if str(value).isdigit() else value for name, value in scope["path_params"].items()
    }
    return {**read, **path}
