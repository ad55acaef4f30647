from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.forecasts import schemas, service
from api.insights.forecasts.enums import ForecastGranularity
from api.insights.forecasts.queries import (
    AccuracyQuery,
    CategoryForecastQuery,
    ResolutionForecastQuery,
    ScoresQuery,
    VolumeForecastQuery,
    WorkloadForecastQuery,
)
from api.insights.forecasts.resolution_schemas import ResolutionForecast
from api.insights.forecasts.workload_schemas import WorkloadForecast

router = APIRouter()


@published(router, "/forecast/volume/", VolumeForecastQuery, schemas.VolumeForecast, rows="forecasts")
async def read_volume_forecast(_: Admin, request: Request) -> Response:
    """Tickets expected per hour, day, week or month, as the pipeline forecast them.

    Hours are those of the UTC clock: the next `forecast_days` times 24 (7 days unless told, at most 14),
    beginning with the first that starts after `data_as_of`, and those of `history_days` (14 unless told, at
    most 28) up to the last that is over. The hours of a day add up to its daily forecast. Of the running day
    the hours that are left are told as they were expected before it began, whatever has come since.
    """
    reading = Reading.of(request, VolumeForecastQuery)
    is_hourly = reading.query.granularity is ForecastGranularity.HOURLY
    reading.row = schemas.HourPoint if is_hourly else schemas.PeriodPoint
    return reading.respond(await service.get_volume_forecast(reading))


@published(
    router, "/forecast/category/", CategoryForecastQuery, schemas.CategoryForecast, rows="category_forecasts"
)
async def read_category_forecast(_: Admin, request: Request) -> Response:
    """Tickets expected per ISO week of the ten largest categories, sub-categories or departments.

    With `others` they add up to `total`, which is the forecast of all tickets. The first week is the
    running one: what has passed of it is known.
    """
    reading = Reading.of(request, CategoryForecastQuery)
    return reading.respond(await service.get_category_forecast(reading))


@published(router, "/forecast/workload/", WorkloadForecastQuery, WorkloadForecast, rows="workload_forecast")
async def read_workload_forecast(_: Admin, request: Request) -> Response:
    """When tickets come, how many are expected, and what that asks of each role and of how many people.

    Hours and weekdays are those of the zone `tz`; days that are forecast are of UTC, with the numbers of
    `forecast/volume/`. People are reckoned by Erlang C, so that in the busiest hour the share `service_level`
    of the items is picked up within `answer_within` minutes.
    """
    reading = Reading.of(request, WorkloadForecastQuery)
    return reading.respond(await service.get_workload_forecast(reading))


@published(router, "/forecast/resolution/", ResolutionForecastQuery, ResolutionForecast, rows="predictions")
async def read_resolution_forecast(_: Admin, request: Request) -> Response:
    """How long tickets take to be resolved, holds left out, and how long those of the next days will.

    Of tickets created in `date_range`. `predicted_hours` counts open tickets as taking longer than they have
    (Kaplan and Meier), the other figures are of resolved ones; groups with fewer than five are merged.
    `forecasts` tells of each day the median expected of the tickets that come on it.
    """
    reading = Reading.of(request, ResolutionForecastQuery)
    return reading.respond(await service.get_resolution_forecast(reading))


@published(router, "/forecast/accuracy/", AccuracyQuery, schemas.ForecastAccuracy, rows="daily")
async def read_forecast_accuracy(_: Admin, request: Request) -> Response:
    """How right the forecasts were that have come due: as they were issued, against what came.

    `horizon` judges those made up to so many days ahead, on the last `days` days that are over. A ratio
    below 1 beats that baseline. `daily` tells of each day the forecast made furthest ahead.
    """
    reading = Reading.of(request, AccuracyQuery)
    return reading.respond(await service.get_accuracy(reading))


@published(router, "/drilldown/forecasts/", ScoresQuery, schemas.ForecastScores)
async def list_forecast_scores(_: Admin, request: Request) -> Response:
    """Forecasts that have come due, newest day first, beside what came and what baselines would have told."""
    reading = Reading.of_list(request, ScoresQuery)
    return reading.respond(await service.list_scores(reading))
