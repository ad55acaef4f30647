"""Each question of the read side, put to the statement that answers it."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from api.insights import drilldowns, repository
from api.insights.drilldowns import Selection
from api.insights.enums import ForecastGranularity, Granularity
from api.insights.errors import NotPublishedError
from api.insights.queries import (
    AgeQuery,
    AgeRowsQuery,
    DimensionFilters,
    SlaQuery,
    SlaRowsQuery,
    StatusRowsQuery,
    TicketFilters,
    TrendsQuery,
    VolumeForecastQuery,
)
from api.insights.reading import Reading
from api.insights.repository import Answer
from api.insights.statements import Statement
from api.kit.errors import PageOutOfRangeError, ValidationFailedError
from api.kit.pagination import PageRequest

Listed = TypeVar("Listed", bound=TicketFilters)

PERIODS = {
    ForecastGranularity.DAILY: (Granularity.DAY, 1),
    ForecastGranularity.WEEKLY: (Granularity.WEEK, 7),
    ForecastGranularity.MONTHLY: (Granularity.MONTH, 30),
}


async def get_dashboard(reading: Reading[TicketFilters]) -> Answer:
    return await _get_answer(reading, repository.DASHBOARD, vars(reading.query))


async def get_status(reading: Reading[TicketFilters]) -> Answer:
    return await _get_answer(reading, repository.STATUS, vars(reading.query))


async def get_priority(reading: Reading[TicketFilters]) -> Answer:
    return await _get_answer(reading, repository.PRIORITY, vars(reading.query))


async def get_age(reading: Reading[AgeQuery]) -> Answer:
    return await _get_answer(reading, repository.AGE, vars(reading.query))


async def get_sla(reading: Reading[SlaQuery]) -> Answer:
    return await _get_answer(reading, repository.SLA[reading.query.group_by], vars(reading.query))


async def get_trends(reading: Reading[TrendsQuery]) -> Answer:
    return await _get_answer(reading, repository.TRENDS, vars(reading.query))


async def list_by_status(reading: Reading[StatusRowsQuery]) -> Answer:
    return await _list_tickets(reading, drilldowns.by_status(reading.query.status))


async def list_by_priority(reading: Reading[StatusRowsQuery]) -> Answer:
    return await _list_tickets(reading, drilldowns.by_priority(reading.query.status))


async def list_by_age(reading: Reading[AgeRowsQuery]) -> Answer:
    query = reading.query
    return await _list_tickets(reading, drilldowns.by_age(query.age_bucket, query.scope, query.status))


async def list_by_sla(reading: Reading[SlaRowsQuery]) -> Answer:
    return await _list_tickets(reading, drilldowns.by_sla(reading.query.sla_status))


async def get_volume_forecast(reading: Reading[VolumeForecastQuery]) -> Answer:
    query = reading.query
    unit, days = PERIODS[query.granularity]
    values = {
        **vars(query),
        "granularity": unit,
        "forecast_granularity": query.granularity,
        "forecast_periods": max(query.forecast_days // days, 1),
        "confidence": round(query.confidence * 100),
        "filters": _echo(query, DimensionFilters),
    }
    answer = await _get_answer(reading, repository.FORECAST, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        published = ", ".join(await repository.list_forecast_filters(reading.pool))
        message = f"No forecast exists for {values['filters']}: ask for one of {published}"
        raise ValidationFailedError("No forecast for these filters", details={"query": [message]})
    return answer


async def _list_tickets(reading: Reading[Listed], selection: Selection) -> Answer:
    query, page = reading.query, reading.page
    assert page is not None  # noqa: S101 - every list is read with its page
    values = {
        **vars(query),
        "page_size": page.size,
        "offset": page.offset,
        "next_url": _page_url(page, page.number + 1),
        "previous_url": _page_url(page, page.number - 1) if page.number > 1 else None,
        "filters": _echo(query, type(query)),
    }
    statement = repository.drilldown_statement(selection, values)
    answer = await _get_answer(reading, statement, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        raise PageOutOfRangeError(f"Page {page.number} is past the end: ask for an earlier page")
    return answer


async def _get_answer(reading: Reading[Any], statement: Statement, values: Mapping[str, Any]) -> Answer:
    answer = await repository.find_answer(reading.pool, statement, values, reading.known_publication)
    if answer is None:
        raise NotPublishedError
    return answer


def _page_url(page: PageRequest, number: int) -> str:
    """The same address with another page."""
    kept = [pair for pair in page.address.query_params.multi_items() if pair[0] != "page"]
    address = page.address.url
    return f"{address.scheme}://{address.netloc}{address.path}?{urlencode([*kept, ('page', number)])}"


def _echo(query: DimensionFilters, fields: type[DimensionFilters]) -> str:
    given = ((name, getattr(query, name)) for name in fields.model_fields)
    return json.dumps({name: value for name, value in given if value is not None}, default=str)
