"""Where statements read: what is published, or what an earlier publication showed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import asyncpg

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.known import KNOWN_ON, KnownOn
from api.insights.answers.statements import Statement, compile_statement
from api.kit.errors import ValidationFailedError

KEPT = compile_statement("known_publications")
# A relation of `serving`, no function there; the records of all publications are the same at any time.
PUBLISHED = re.compile(r"\bserving\.(?!publications\b)(\w+)\b(?!\()")


@cache
def as_known(statement: Statement) -> Statement:
    """The same statement over the tables as the publication `:known_on` showed them."""
    number = len(statement.parameters) + 1
    text = PUBLISHED.sub(rf"known.\1(${number})", statement.text)
    return Statement(text, (*statement.parameters, KNOWN_ON))


@dataclass(frozen=True, slots=True)
class Source:
    """Where statements read.

    Attributes:
        connection: What they run on.
        publication_id: Publication asked for; None where none was.
        is_current: Whether that is the current one, which is read faster.
    """

    connection: asyncpg.Pool | asyncpg.Connection
    publication_id: int | None = None
    is_current: bool = False

    @classmethod
    async def known_on(cls, connection: asyncpg.Connection, asked: KnownOn | None) -> Self:
        """The publication asked for, as long as the connection's transaction lasts.

        Raises:
            NotPublishedError: Before the first publication.
            ValidationFailedError: It is not kept any more, or there is none yet.
        """
        return cls(connection) if asked is None else cls(connection, *await _find_known(connection, asked))

    async def fetchrow(self, statement: Statement, values: Mapping[str, Any]) -> asyncpg.Record | None:
        text, arguments = self._put(statement, values)
        return await self.connection.fetchrow(text, *arguments)

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        text, arguments = self._put(statement, values)
        return list(await self.connection.fetch(text, *arguments))

    async def open_cursor(self, statement: Statement, values: Mapping[str, Any]) -> asyncpg.cursor.Cursor:
        """A cursor of the transaction that the connection is in."""
        text, arguments = self._put(statement, values)
        return await self.connection.cursor(text, *arguments)

    def _put(self, statement: Statement, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        if self.publication_id is None or self.is_current:
            return statement.text, statement.arguments(values)
        known = as_known(statement)
        return known.text, known.arguments({**values, KNOWN_ON: self.publication_id})


async def _find_known(connection: asyncpg.Connection, asked: KnownOn) -> tuple[int, bool]:
    """The publication asked for, and whether it is the current one."""
    values = {"asked_number": asked.number, "asked_instant": asked.instant}
    kept = await connection.fetchrow(KEPT.text, *KEPT.arguments(values))
    if kept is None or kept["oldest"] is None:
        raise NotPublishedError
    if kept["is_ahead"]:
        raise _refuse(
            f"{asked.text} is not over yet: leave {KNOWN_ON} out for what is published now, or name an "
            "instant of the past"
        )
    if kept["found"] is not None:
        return int(kept["found"]), kept["found"] == kept["current"]
    if asked.number is not None and asked.number > kept["oldest"]:
        raise _refuse(
            f"There is no publication {asked.number}: ask for one from {kept['oldest']} to {kept['newest']}"
        )
    raise _refuse(
        f"What was known on {asked.text} is no longer kept: the oldest that can be asked for is publication "
        f"{kept['oldest']} of {kept['oldest_published_at']}"
    )


def _refuse(sentence: str) -> ValidationFailedError:
    return ValidationFailedError.of(KNOWN_ON, sentence)
