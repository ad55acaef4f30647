"""A POST sent twice with one key changes things once and gets the same answer twice."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import delete, func, select

from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.delivery import RememberedAnswer
from api.kit.errors import IdempotencyConflictError, ValidationFailedError
from api.kit.preconditions import set_etag

Body = TypeVar("Body", bound=BaseModel)
KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Once:
    """Runs the request's change, unless its key was answered before."""

    request: Request
    session: Session
    key: str | None

    async def answer(
        self,
        change: Callable[[], Awaitable[tuple[Body, int]]],
        *,
        version_of: Callable[[Body], int] | None = None,
        body_digest: str | None = None,
    ) -> Response:
        """Return the saved answer of this key, else make the change and save its answer with it.

        With `version_of` a new answer names the version it shows in its ETag. A saved one does not: the
        version may be another by now. A body that was streamed is given by its digest: it cannot be read
        again.

        Refusals are not saved: the change was rolled back, and a corrected request may use the key.

        Raises:
            IdempotencyConflictError: the key came with another request before.
        """
        if self.key is None:
            return _fresh_response(*await change(), version_of)
        table: type[RememberedAnswer] = self.request.app.state.idempotency_table
        scope = f"{self.request.state.principal.key} {self.request.method} {self.request.url.path}"[:200]
        digest = body_digest or hashlib.sha256(await self.request.body()).hexdigest()
        # Held until the commit, so a concurrent duplicate waits here and then finds the saved answer.
        lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{scope} {self.key}", 0))
        await self.session.execute(select(lock))
        saved = await self.session.get(table, (scope, self.key))
        now = utc_now()
        if saved is not None and saved.expires_at > now:
            if saved.request_hash != digest:
                raise IdempotencyConflictError
            return _json_response(saved.body, saved.status_code)
        if saved is not None:
            await self.session.execute(delete(table).where(table.scope == scope, table.key == self.key))
            self.session.expunge(saved)
        response = _fresh_response(*await change(), version_of)
        self.session.add(
            table(
                scope=scope,
                key=self.key,
                request_hash=digest,
                status_code=response.status_code,
                body=bytes(response.body),
                expires_at=now + KEPT_FOR,
            )
        )
        await self.session.flush()
        return response


def _fresh_response(answer: Body, status_code: int, version_of: Callable[[Body], int] | None) -> Response:
    response = _json_response(answer.model_dump_json().encode(), status_code)
    if version_of is not None:
        set_etag(response, version_of(answer))
    return response


def _json_response(body: bytes, status_code: int) -> Response:
    return Response(body, status_code, media_type="application/json")


async def read_idempotency_key(
    request: Request,
    session: Session,
    idempotency_key: Annotated[str | None, Header(description="1 to 255 printable characters")] = None,
) -> Once:
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        message = "The key is not 1 to 255 printable ASCII characters without spaces: use a UUID"
        raise ValidationFailedError.of("Idempotency-Key", message)
    return Once(request, session, idempotency_key)


OnceOnly = Annotated[Once, Depends(read_idempotency_key)]
