from api.insights.answers.enums import Granularity
from api.insights.answers.queries import DimensionFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import echo, get_answer, list_rows, list_values, retell
from api.insights.forecasts import drilldowns, repository
from api.insights.forecasts.enums import ForecastGranularity
from api.insights.forecasts.queries import (
    AccuracyQuery,
    CategoryForecastQuery,
    ResolutionForecastQuery,
    ScoresQuery,
    VolumeForecastQuery,
    WorkloadForecastQuery,
)
from api.insights.forecasts.staffing import add_staffing
from api.kit.errors import ValidationFailedError

HOURS_A_DAY = 24
PERIODS = {
    ForecastGranularity.DAILY: (Granularity.DAY, 1),
    ForecastGranularity.WEEKLY: (Granularity.WEEK, 7),
    ForecastGranularity.MONTHLY: (Granularity.MONTH, 30),
}


async def get_volume_forecast(reading: Reading[VolumeForecastQuery]) -> Answer:
    """Answer with the forecast of the filters asked for.

    Raises:
        ValidationFailedError: No published forecast is of these filters or adds up to them.
    """
    query = reading.query
    values = {
        **vars(query),
        "forecast_granularity": query.granularity,
        "confidence": round(query.confidence * 100),
        "filters": echo(query, DimensionFilters),
    }
    if query.granularity is ForecastGranularity.HOURLY:
        values["forecast_periods"] = query.forecast_days * HOURS_A_DAY
        answer = await get_answer(reading, repository.HOURS, values)
    else:
        values["granularity"], days = PERIODS[query.granularity]
        values["forecast_periods"] = max(query.forecast_days // days, 1)
        answer = await get_answer(reading, repository.VOLUME, values)
    if answer.body is None and answer.publication_id != reading.known_publication:
        async with reading.source() as source:
            published = ", ".join(await repository.list_forecast_filters(source))
        message = f"No forecast exists for {values['filters']}: ask for one of {published}"
        raise ValidationFailedError("No forecast for these filters", details={"query": [message]})
    return answer


async def get_category_forecast(reading: Reading[CategoryForecastQuery]) -> Answer:
    """Answer with what each category, sub-category or department is expected to bring, week by week."""
    values = {**vars(reading.query), "confidence": round(reading.query.confidence * 100)}
    return await get_answer(reading, repository.CATEGORY, values)


async def get_resolution_forecast(reading: Reading[ResolutionForecastQuery]) -> Answer:
    """Answer with how long tickets take, by group, and how long those of the next days will."""
    values = {**vars(reading.query), "confidence": round(reading.query.confidence * 100)}
    return await get_answer(reading, repository.RESOLUTION, values)


async def get_accuracy(reading: Reading[AccuracyQuery]) -> Answer:
    """Judge the forecasts of these filters that have come due."""
    values = {**vars(reading.query), "filters": echo(reading.query, DimensionFilters)}
    return await get_answer(reading, repository.ACCURACY, values)


async def list_scores(reading: Reading[ScoresQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(reading, drilldowns.list_of_scores(values), values)


async def get_workload_forecast(reading: Reading[WorkloadForecastQuery]) -> Answer:
    """What the pipeline published of arrivals and handling times, and the people that it takes."""
    return retell(await get_answer(reading, repository.WORKLOAD), add_staffing)
