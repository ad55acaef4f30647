from api.insights.answers.queries import TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import get_answer, list_rows, list_values
from api.insights.answers.snapshots import (
    compile_snapshot_answer,
    compile_snapshot_list,
    compile_unassigned_list,
    given_filters,
)
from api.insights.categories.queries import CategoryRowsQuery


async def get_categories(reading: Reading[TicketFilters]) -> Answer:
    given = given_filters(vars(reading.query))
    return await get_answer(reading, compile_snapshot_answer("ticket_categories", given))


async def list_by_category(reading: Reading[CategoryRowsQuery]) -> Listed:
    rows = compile_snapshot_list(given_filters(vars(reading.query)), reading.query.status)
    return await list_rows(reading, rows, list_values(reading))


async def list_unassigned(reading: Reading[TicketFilters]) -> Listed:
    rows = compile_unassigned_list(given_filters(vars(reading.query)))
    return await list_rows(reading, rows, list_values(reading))
