from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.comprehensive import service
from api.insights.comprehensive.queries import ComprehensiveQuery
from api.insights.comprehensive.schemas import ComprehensiveForecast

router = APIRouter()


@published(
    router, "/forecast/comprehensive/", ComprehensiveQuery, ComprehensiveForecast, rows="recommendations"
)
async def read_comprehensive_forecast(_: Admin, request: Request) -> Response:
    """All forecasts in short, with the numbers of their own answers, and what they ask for.

    `include` names the sections wanted. One that cannot be told is null; the others are told all the same.
    Each recommendation carries the figures it follows from.
    """
    reading = Reading.of(request, ComprehensiveQuery)
    return reading.respond(await service.get_comprehensive(reading))
