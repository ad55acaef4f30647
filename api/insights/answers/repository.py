"""One statement a request: PostgreSQL renders the answer, its bytes are handed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from api.insights.answers.statements import Statement


@dataclass(frozen=True, slots=True)
class Answer:
    """What a publication says; no body when the reader holds it already or there is none."""

    publication_id: int
    data_as_of: str
    body: bytes | None


async def find_answer(
    pool: asyncpg.Pool, statement: Statement, values: Mapping[str, Any], known_publication: int | None
) -> Answer | None:
    """Read one answer; None while nothing is published."""
    arguments = statement.arguments({**values, "known_publication": known_publication})
    row = await pool.fetchrow(statement.text, *arguments)
    return None if row is None else Answer(row["publication_id"], row["data_as_of"], row["body"])
