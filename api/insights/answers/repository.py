"""One statement a request: PostgreSQL renders the answer, its bytes are handed on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from api.insights.answers.comparison import with_period_before
from api.insights.answers.source import Source
from api.insights.answers.statements import Statement, compile_statement

PUBLICATION = compile_statement("publication")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a publication says; no body when the reader holds it already or there is none.

    Attributes:
        set_aside: Tickets of what is asked for that have a row which cannot be right and is not counted.
    """

    publication_id: int
    data_as_of: str
    body: bytes | None
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class WholeList:
    """All rows of a list, to be read while they are sent."""

    statement: Statement
    values: Mapping[str, Any]


Listed = Answer | WholeList


async def find_answer(
    source: Source, statement: Statement, values: Mapping[str, Any], known_publication: int | None
) -> Answer | None:
    """Read one answer; None while nothing is published."""
    row = await source.fetchrow(statement, {**values, "known_publication": known_publication})
    return None if row is None else _answer(row, row["body"])


async def find_comparison(
    source: Source, statement: Statement, values: Mapping[str, Any], known_publication: int | None
) -> tuple[Answer, bytes | None] | None:
    """Read an answer and, of the same publication, that of the period before."""
    both = with_period_before(statement)
    row = await source.fetchrow(both, {**values, "known_publication": known_publication})
    if row is None:
        return None
    return _answer(row, row["body"]), row["previous"]


async def find_publication(source: Source) -> Answer | None:
    """Read which publication is answered from; None while nothing is published."""
    row = await source.fetchrow(PUBLICATION, {})
    return None if row is None else _answer(row, None)


async def stream_rows(source: Source, rows: WholeList, batch: int) -> AsyncIterator[list[str]]:
    """Each row as JSON text, a batch at a time, through a cursor of the connection's transaction."""
    cursor = await source.open_cursor(rows.statement, rows.values)
    while records := await cursor.fetch(batch):
        yield [record["row"] for record in records]


def _answer(row: asyncpg.Record, body: bytes | None) -> Answer:
    return Answer(row["publication_id"], row["data_as_of"], body, row["set_aside"])
