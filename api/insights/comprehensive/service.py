import json
from collections.abc import Mapping
from typing import Any

import asyncpg

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.known import with_known_on
from api.insights.answers.reading import Reading
from api.insights.answers.replay import replay
from api.insights.answers.repository import Answer, find_publication
from api.insights.comprehensive.enums import Section
from api.insights.comprehensive.queries import ComprehensiveQuery
from api.insights.comprehensive.recommendations import recommend
from api.insights.comprehensive.sections import FIELDS, shorten
from api.kit.clock import utc_now

OK = 200
TIME_LIMIT = "set local statement_timeout = '10s'"


async def get_comprehensive(reading: Reading[ComprehensiveQuery]) -> Answer:
    """Put the forecasts' own answers together, all of one publication.

    A section that cannot be told is null, and the warnings say why.

    Raises:
        NotPublishedError: Before the first publication.
    """
    query = reading.query
    async with reading.snapshot() as source:
        await source.connection.execute(TIME_LIMIT)
        publication = await find_publication(source)
        if publication is None:
            raise NotPublishedError
        if publication.publication_id == reading.known_publication:
            return publication
        told = {
            section: await _ask(
                reading, section, with_known_on(address, source.publication_id), source.connection
            )
            for section, address in query.addresses().items()
        }
    body = {
        "forecast_type": "comprehensive_dashboard",
        "generated_at": utc_now().isoformat().replace("+00:00", "Z"),
        "data_as_of": publication.data_as_of,
        "publication_id": publication.publication_id,
        "analysis_period": {"history_days": query.days, "forecast_days": query.forecast_days},
        "included": query.include,
        **_put_together(told),
    }
    return Answer(
        publication.publication_id, publication.data_as_of, json.dumps(body).encode(), publication.set_aside
    )


async def _ask(
    reading: Reading[Any], section: Section, address: str, connection: asyncpg.Connection
) -> tuple[dict[str, Any] | None, list[str]]:
    """The section in short, and its warnings."""
    # A section that fails leaves those after it a transaction to read in; nothing of any is to be kept.
    savepoint = connection.transaction()
    await savepoint.start()
    answer = await replay(reading.request, address, connection)
    await savepoint.rollback()
    if answer.status != OK:
        return None, [f"{section}: {answer.body['error']}, ask {address}"]
    return shorten(section, address, answer.body), [f"{section}: {text}" for text in answer.body["warnings"]]


def _put_together(told: Mapping[Section, tuple[dict[str, Any] | None, list[str]]]) -> dict[str, Any]:
    sections = {section: short for section, (short, _) in told.items()}
    return {
        **{field: sections.get(section) for section, field in FIELDS.items()},
        "recommendations": recommend(sections),
        "warnings": [text for _, warnings in told.values() for text in warnings],
        "fallback": any(short is None or short["fallback"] for short in sections.values()),
    }
