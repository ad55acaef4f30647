"""The HTTP side of a published answer: what the reader already holds, and the headers it gets back."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import blake2s
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api.insights.repository import Answer
from api.kit.errors import ValidationFailedError

ETAG = re.compile(r'"(\d{1,18})-([0-9a-f]{16})"')


@dataclass(frozen=True, slots=True)
class Reading:
    pool: asyncpg.Pool
    question: str
    known_publication: int | None

    def respond(self, answer: Answer) -> Response:
        headers = {
            "X-Publication-Id": str(answer.publication_id),
            "X-Data-As-Of": answer.data_as_of,
            # Weak: the same publication answers alike but for the instant of the answer.
            "ETag": f'W/"{answer.publication_id}-{self.question}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie",
        }
        if answer.publication_id == self.known_publication:
            return Response(status_code=304, headers=headers)
        return Response(answer.body, headers=headers, media_type="application/json")


async def read_request(request: Request) -> Reading:
    question = blake2s(request.scope["path"].encode() + b"?" + request.scope["query_string"], digest_size=8)
    digest = question.hexdigest()
    known = [
        int(publication_id)
        for publication_id, held in ETAG.findall(request.headers.get("if-none-match", ""))
        if held == digest
    ]
    return Reading(request.app.state.read_pool, digest, max(known, default=None))


Reader = Annotated[Reading, Depends(read_request)]


def permit_only(query: type[BaseModel], *others: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """Refuse parameters the endpoint does not know: a misspelt filter must not answer for everything."""
    permitted = (*query.model_fields, *others)

    async def check(request: Request) -> None:
        given = request.query_params
        if len(given.multi_items()) != len(given):
            twice = next(name for name in given if len(given.getlist(name)) > 1)
            raise ValidationFailedError.of(twice, f"{twice} is given more than once: give it once")
        for name in given:
            if name not in permitted:
                raise ValidationFailedError.of(
                    name, f"'{name[:40]}' is not a parameter of this endpoint: use {', '.join(permitted)}"
                )

    return check
