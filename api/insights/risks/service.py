from api.insights.answers.queries import DimensionFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import echo, get_answer, list_rows, list_values
from api.insights.answers.statements import conditions_of
from api.insights.risks.queries import RiskForecastQuery, RisksQuery
from api.insights.risks.selection import NARROWING, ROW_FILTERS, compile_forecast, compile_risks


async def get_risk_forecast(reading: Reading[RiskForecastQuery]) -> Answer:
    """Answer with how many open tickets are likely to breach, and which."""
    values = {**vars(reading.query), "filters": echo(reading.query, DimensionFilters)}
    statement = compile_forecast(reading.query.method, conditions_of(NARROWING, values))
    return await get_answer(reading, statement, values)


async def list_risks(reading: Reading[RisksQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(
        reading, compile_risks(reading.query.method, conditions_of(ROW_FILTERS, values)), values
    )
