"""Each question about tickets, put to the statement that answers it."""

from typing import TypeVar

from api.insights.answers.queries import TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import get_compared, list_rows, list_values
from api.insights.answers.snapshots import compile_snapshot_answer, given_filters
from api.insights.past.service import require_told
from api.insights.tickets import drilldowns, repository
from api.insights.tickets.drilldowns import Selection
from api.insights.tickets.enums import Basis
from api.insights.tickets.queries import (
    AgeQuery,
    AgeRowsQuery,
    SlaQuery,
    SlaRowsQuery,
    StatesQuery,
    StatusQuery,
    StatusRowsQuery,
    TrendsQuery,
)

Question = TypeVar("Question", bound=TicketFilters)
State = TypeVar("State", bound=StatesQuery)


async def get_dashboard(reading: Reading[StatesQuery]) -> Answer:
    return await _get_figures(reading, repository.DASHBOARD)


async def get_status(reading: Reading[StatusQuery]) -> Answer:
    if reading.query.basis is Basis.TICKET:
        given = given_filters(vars(reading.query))
        return await get_compared(reading, compile_snapshot_answer("ticket_statuses", given))
    return await _get_figures(reading, repository.STATUS)


async def get_priority(reading: Reading[StatesQuery]) -> Answer:
    return await _get_figures(reading, repository.PRIORITY)


async def get_age(reading: Reading[AgeQuery]) -> Answer:
    return await _get_figures(reading, repository.AGE)


async def get_sla(reading: Reading[SlaQuery]) -> Answer:
    return await _get_figures(reading, repository.SLA[reading.query.group_by])


async def get_trends(reading: Reading[TrendsQuery]) -> Answer:
    return await get_compared(reading, repository.TRENDS)


async def list_by_status(reading: Reading[StatusRowsQuery]) -> Listed:
    return await _list_tickets(reading, drilldowns.by_status(reading.query.status))


async def list_by_priority(reading: Reading[StatusRowsQuery]) -> Listed:
    return await _list_tickets(reading, drilldowns.by_priority(reading.query.status))


async def list_by_age(reading: Reading[AgeRowsQuery]) -> Listed:
    query = reading.query
    return await _list_tickets(reading, drilldowns.by_age(query.age_bucket, query.scope, query.status))


async def list_by_sla(reading: Reading[SlaRowsQuery]) -> Listed:
    return await _list_tickets(
        reading, drilldowns.by_sla(reading.query.sla_status, is_decided=reading.query.is_decided)
    )


async def _get_figures(reading: Reading[State], figures: repository.Figures) -> Answer:
    await require_told(reading)
    return await get_compared(reading, figures.at(reading.query.as_of))


async def _list_tickets(reading: Reading[Question], selection: Selection) -> Listed:
    await require_told(reading)
    values = list_values(reading)
    return await list_rows(reading, repository.drilldown_of(selection, values), values)
