"""A question put to the statement that answers it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from api.identity.auth import require_admin
from api.insights.answers.comparison import compare
from api.insights.answers.enums import Format
from api.insights.answers.errors import NotPublishedError
from api.insights.answers.lists import RowList
from api.insights.answers.queries import Compared
from api.insights.answers.reading import PAGE_PARAMETERS, Reading
from api.insights.answers.repository import Answer, Listed, WholeList, find_answer, find_comparison
from api.insights.answers.statements import Statement
from api.kit.errors import PageOutOfRangeError, ValidationFailedError
from api.kit.pagination import PageRequest


async def get_answer(
    reading: Reading[Any], statement: Statement, values: Mapping[str, Any] | None = None
) -> Answer:
    """Answer with what is asked for as the statement's parameters, unless other values are given.

    Raises:
        NotPublishedError: Before the first publication.
    """
    values = vars(reading.query) if values is None else values
    async with reading.source() as source:
        answer = await find_answer(source, statement, values, reading.known_publication)
    if answer is None:
        raise NotPublishedError
    return answer


async def get_compared(
    reading: Reading[Any], statement: Statement, values: Mapping[str, Any] | None = None
) -> Answer:
    """The same, beside the period before where the query, a `Compared`, asks for it.

    Raises:
        NotPublishedError: Before the first publication.
    """
    query: Compared = reading.query
    values = vars(query) if values is None else values
    if query.compare is None:
        answer, previous = await get_answer(reading, statement, values), None
    else:
        start, end = query.period_before()
        dated = {**values, "previous_start": start, "previous_end": end}
        async with reading.source() as source:
            found = await find_comparison(source, statement, dated, reading.known_publication)
        if found is None:
            raise NotPublishedError
        answer, previous = found
    return answer if answer.body is None else replace(answer, body=compare(answer.body, previous))


def retell(answer: Answer, tell: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """The answer made of the figures that the statement gave; none when the reader has it already."""
    if answer.body is None:
        return answer
    return replace(answer, body=json.dumps(tell(json.loads(answer.body)), ensure_ascii=False).encode())


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


async def list_rows(reading: Reading[Any], rows: RowList, values: Mapping[str, Any]) -> Listed:
    """Answer with one page, or, as a table, with all rows, which admins alone may take away.

    Raises:
        PageOutOfRangeError: The list ends before this page.
        ForbiddenError: All rows are asked for by someone else.
        ValidationFailedError: A page is asked for of a table, which has none.
    """
    if reading.format is not Format.JSON:
        await require_admin(reading.request, reading.request.state.principal)
        _refuse_pages(reading)
        return WholeList(rows.whole, values)
    answer = await get_answer(reading, rows.page, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        raise PageOutOfRangeError(f"Page {page_of(reading).number} is past the end: ask for an earlier page")
    return answer


def _refuse_pages(reading: Reading[Any]) -> None:
    paged = next((name for name in PAGE_PARAMETERS if name in reading.request.query_params), None)
    if paged is not None:
        message = f"{paged} is of no use, as {reading.format} holds all rows: leave it out or ask for json"
        raise ValidationFailedError.of(paged, message)


def page_of(reading: Reading[Any]) -> PageRequest:
    assert reading.page is not None  # noqa: S101 - every list is read with its page
    return reading.page


def echo(query: BaseModel, fields: type[BaseModel]) -> str:
    """The filters that were given, as JSON."""
    given = ((name, getattr(query, name)) for name in fields.model_fields)
    return json.dumps({name: value for name, value in given if value is not None}, default=_text)


def _text(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _page_url(page: PageRequest, number: int) -> str:
    """The same address with another page."""
    kept = [pair for pair in page.address.query_params.multi_items() if pair[0] != "page"]
    address = page.address.url
    return f"{address.scheme}://{address.netloc}{address.path}?{urlencode([*kept, ('page', number)])}"
