from api.insights.answers.source import Source
from api.insights.answers.statements import compile_answer, compile_statement

VOLUME = compile_answer(
    "forecast",
    expected="{{ expected_by_period }}",
    past="{{ past_by_period }}",
    backtest="chosen.quality",
    notes="chosen.warnings",
)
HOURS = compile_answer(
    "forecast",
    expected="{{ expected_by_hour }}",
    past="{{ past_by_hour }}",
    backtest="{{ backtest_of_hours }}",
    notes="chosen.warnings || {{ notes_of_hours }}",
)
CATEGORY = compile_answer("forecast_category")
RESOLUTION = compile_answer("forecast_resolution")
ACCURACY = compile_answer("forecast_accuracy")
WORKLOAD = compile_answer("workload_forecast")
PUBLISHED_FILTERS = compile_statement("forecast_series")


async def list_forecast_filters(source: Source) -> list[str]:
    """The combinations of filters that have a forecast, most general first."""
    rows = await source.fetch(PUBLISHED_FILTERS, {})
    return [row["filters"] for row in rows]
