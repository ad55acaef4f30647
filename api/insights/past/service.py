"""Whether an instant can be told of."""

import datetime as dt
from typing import Any

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.reading import Reading
from api.insights.past.queries import AtInstant
from api.insights.past.repository import find_coverage
from api.kit.errors import ValidationFailedError


async def require_told(reading: Reading[Any]) -> None:
    """Let an instant pass that the published events cover, and a question that names none.

    Raises:
        NotPublishedError: Before the first publication.
        ValidationFailedError: The instant is before the first ticket, or after the data was taken.
    """
    query: AtInstant = reading.query
    if query.as_of is None:
        return
    async with reading.source() as source:
        coverage = await find_coverage(source)
    if coverage is None:
        raise NotPublishedError
    # A desk without a ticket had none at any time.
    since = coverage.since or query.as_of
    if not since <= query.as_of <= coverage.data_as_of:
        first = f"from {_told(coverage.since)}, when the first ticket came, " if coverage.since else ""
        message = (
            f"{_told(query.as_of)} cannot be told of: ask for an instant {first}"
            f"up to {_told(coverage.data_as_of)}, when the data was taken"
        )
        raise ValidationFailedError.of("as_of", message)


def _told(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
