from dataclasses import dataclass
from datetime import datetime

from api.insights.answers.source import Source
from api.insights.answers.statements import compile_statement

COVERAGE = compile_statement("coverage")


@dataclass(frozen=True, slots=True)
class Coverage:
    """From the first ticket, if there is one, to the instant the data was taken."""

    since: datetime | None
    data_as_of: datetime


async def find_coverage(source: Source) -> Coverage | None:
    """Read of which instants something can be told; None while nothing is published."""
    row = await source.fetchrow(COVERAGE, {})
    return None if row is None else Coverage(row["since"], row["until"])
