from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.forecasts import schemas, service
from api.insights.forecasts.queries import VolumeForecastQuery

router = APIRouter()


@published(router, "/forecast/volume/", VolumeForecastQuery, schemas.VolumeForecast, rows="forecasts")
async def read_volume_forecast(_: Admin, request: Request) -> Response:
    """Tickets expected per day, week or month, as the pipeline forecast them."""
    reading = Reading.of(request, VolumeForecastQuery)
    return reading.respond(await service.get_volume_forecast(reading))
