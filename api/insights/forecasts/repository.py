import asyncpg

from api.insights.answers.statements import compile_answer, compile_statement

VOLUME = compile_answer("forecast")
CATEGORY = compile_answer("forecast_category")
RESOLUTION = compile_answer("forecast_resolution")
ACCURACY = compile_answer("forecast_accuracy")
WORKLOAD = compile_answer("workload_forecast")
PUBLISHED_FILTERS = compile_statement("forecast_series")


async def list_forecast_filters(pool: asyncpg.Pool) -> list[str]:
    """The combinations of filters that have a forecast, most general first."""
    rows = await pool.fetch(PUBLISHED_FILTERS.text)
    return [row["filters"] for row in rows]
