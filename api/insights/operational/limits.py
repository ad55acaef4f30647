"""The thresholds in force, and an answer's dependence on them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import blake2s
from typing import Any, Self, TypeVar

import asyncpg
from fastapi import Request, Response
from pydantic import BaseModel

from api.insights.answers.enums import Format
from api.insights.answers.reading import FORMAT_PARAMETER, Reading
from api.insights.answers.repository import Answer, Listed

Query = TypeVar("Query", bound=BaseModel)

_IN_FORCE = "select name, value from ops.insight_threshold"


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds by name, as they were when a request came in."""

    values: Mapping[str, Decimal]

    def __getitem__(self, name: str) -> Decimal:
        return self.values[name]

    def pick(self, names: tuple[str, ...]) -> dict[str, float]:
        """Those of some names, as numbers of JSON."""
        return {name: float(self.values[name]) for name in names}

    @property
    def version(self) -> bytes:
        """What differs as soon as one of them does."""
        return json.dumps(sorted(self.values.items()), default=str).encode()


async def read_limits(pool: asyncpg.Pool) -> Limits:
    """Read them where they are changed, so that a change counts from the next request on."""
    return Limits(dict(await pool.fetch(_IN_FORCE)))


class JudgedReading(Reading[Query]):
    """A question whose answer follows from the publication and the thresholds: both name its ETag."""

    limits: Limits

    @cached_property
    def digest(self) -> str:
        question = super().digest.encode()
        return blake2s(question + self.limits.version, digest_size=8).hexdigest()

    @property
    def values(self) -> dict[str, Any]:
        """What is asked for and the thresholds, as parameters of a statement."""
        return {**self.limits.values, **vars(self.query)}

    async def judged(self) -> Self:
        """Read the thresholds that the answer is to be judged by."""
        self.limits = await read_limits(self.request.app.state.membership_pool)
        return self


class LiveReading(JudgedReading[Query]):
    """A question whose answer also tells of this instant: no copy of it is ever still the newest."""

    known_publication = None
    shared_parameters = (FORMAT_PARAMETER,)

    def respond(self, answer: Listed) -> Response:
        """Without notes on metrics, whose name the contract gives to the figures of this answer."""
        if self.format is Format.JSON and isinstance(answer, Answer):
            return Response(answer.body, headers=self.describe(answer))
        return super().respond(answer)

    def describe(self, answer: Answer) -> dict[str, str]:
        headers = super().describe(answer)
        del headers["ETag"]
        return headers | {"Cache-Control": "no-store"}


async def judge(request: Request, query: type[Query]) -> JudgedReading[Query]:
    """Read a question about figures, and the thresholds in force."""
    return await JudgedReading.of(request, query).judged()


async def judge_live(request: Request, query: type[Query]) -> LiveReading[Query]:
    """Read a question about the present, and the thresholds in force."""
    return await LiveReading.of(request, query).judged()
