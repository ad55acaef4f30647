"""Each question of the read side, put to the statement that answers it."""

import json
from collections.abc import Mapping
from typing import Any

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

PERIODS = {
    ForecastGranularity.DAILY: (Granularity.DAY, 1),
    ForecastGranularity.WEEKLY: (Granularity.WEEK, 7),
    ForecastGranularity.MONTHLY: (Granularity.MONTH, 30),
}


async def get_dashboard(reading: Reading, query: TicketFilters) -> Answer:
    return await _get_answer(reading, repository.DASHBOARD, vars(query))


async def get_status(reading: Reading, query: TicketFilters) -> Answer:
    return await _get_answer(reading, repository.STATUS, vars(query))


async def get_priority(reading: Reading, query: TicketFilters) -> Answer:
    return await _get_answer(reading, repository.PRIORITY, vars(query))


async def get_age(reading: Reading, query: AgeQuery) -> Answer:
    return await _get_answer(reading, repository.AGE, vars(query))


async def get_sla(reading: Reading, query: SlaQuery) -> Answer:
    return await _get_answer(reading, repository.SLA[query.group_by], vars(query))


async def get_trends(reading: Reading, query: TrendsQuery) -> Answer:
    return await _get_answer(reading, repository.TRENDS, vars(query))


async def list_by_status(reading: Reading, query: StatusRowsQuery, page: PageRequest) -> Answer:
    return await _list_tickets(reading, drilldowns.by_status(query.status), query, page)


async def list_by_priority(reading: Reading, query: StatusRowsQuery, page: PageRequest) -> Answer:
    return await _list_tickets(reading, drilldowns.by_priority(query.status), query, page)


async def list_by_age(reading: Reading, query: AgeRowsQuery, page: PageRequest) -> Answer:
    selection = drilldowns.by_age(query.age_bucket, query.scope, query.status)
    return await _list_tickets(reading, selection, query, page)


async def list_by_sla(reading: Reading, query: SlaRowsQuery, page: PageRequest) -> Answer:
    return await _list_tickets(reading, drilldowns.by_sla(query.sla_status), query, page)


async def get_volume_forecast(reading: Reading, query: VolumeForecastQuery) -> Answer:
    unit, days = PERIODS[query.granularity]
    values = {
        **vars(query),
        "granularity": unit,
        "forecast_granularity": query.granularity,
        "forecast_periods": max(query.forecast_days // days, 1),
        "confidence": round(query.confidence * 100),
        "filters": _echo(query, set(DimensionFilters.model_fields)),
    }
    answer = await _get_answer(reading, repository.FORECAST, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        published = ", ".join(await repository.list_forecast_filters(reading.pool))
        message = f"No forecast exists for {values['filters']}: ask for one of {published}"
        raise ValidationFailedError("No forecast for these filters", details={"query": [message]})
    return answer


async def _list_tickets(
    reading: Reading, selection: Selection, query: TicketFilters, page: PageRequest
) -> Answer:
    url = page.address.url
    values = {
        **vars(query),
        "page_size": page.size,
        "offset": page.offset,
        "next_url": str(url.include_query_params(page=page.number + 1)),
        "previous_url": str(url.include_query_params(page=page.number - 1)) if page.number > 1 else None,
        "filters": _echo(query, set(type(query).model_fields)),
    }
    statement = repository.drilldown_statement(selection, values)
    answer = await _get_answer(reading, statement, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        raise PageOutOfRangeError(f"Page {page.number} is past the end: ask for an earlier page")
    return answer


async def _get_answer(reading: Reading, statement: Statement, values: Mapping[str, Any]) -> Answer:
    answer = await repository.find_answer(reading.pool, statement, values, reading.known_publication)
    if answer is None:
        raise NotPublishedError
    return answer


def _echo(query: DimensionFilters, fields: set[str]) -> str:
    return json.dumps(query.model_dump(mode="json", include=fields, exclude_none=True))
