"""A question put to the statement that answers it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, find_answer
from api.insights.answers.statements import Statement
from api.kit.errors import PageOutOfRangeError
from api.kit.pagination import PageRequest


async def get_answer(
    reading: Reading[Any], statement: Statement, values: Mapping[str, Any] | None = None
) -> Answer:
    """Answer with what is asked for as the statement's parameters, unless other values are given.

    Raises:
        NotPublishedError: Before the first publication.
    """
    values = vars(reading.query) if values is None else values
    answer = await find_answer(reading.pool, statement, values, reading.known_publication)
    if answer is None:
        raise NotPublishedError
    return answer


def list_values(reading: Reading[Any]) -> dict[str, Any]:
    """What a statement of a list needs beside the query: its page and the addresses of its neighbours."""
    page = page_of(reading)
    return {
        **vars(reading.query),
        "page_size": page.size,
        "offset": page.offset,
        "next_url": _page_url(page, page.number + 1),
        "previous_url": _page_url(page, page.number - 1) if page.number > 1 else None,
        "filters": echo(reading.query, type(reading.query)),
    }


async def list_rows(reading: Reading[Any], statement: Statement, values: Mapping[str, Any]) -> Answer:
    """Answer with one page.

    Raises:
        PageOutOfRangeError: The list ends before this page.
    """
    answer = await get_answer(reading, statement, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        raise PageOutOfRangeError(f"Page {page_of(reading).number} is past the end: ask for an earlier page")
    return answer


def page_of(reading: Reading[Any]) -> PageRequest:
    assert reading.page is not None  # noqa: S101 - every list is read with its page
    return reading.page


def echo(query: BaseModel, fields: type[BaseModel]) -> str:
    """The filters that were given, as JSON."""
    given = ((name, getattr(query, name)) for name in fields.model_fields)
    return json.dumps({name: value for name, value in given if value is not None}, default=str)


def _page_url(page: PageRequest, number: int) -> str:
    """The same address with another page."""
    kept = [pair for pair in page.address.query_params.multi_items() if pair[0] != "page"]
    address = page.address.url
    return f"{address.scheme}://{address.netloc}{address.path}?{urlencode([*kept, ('page', number)])}"
