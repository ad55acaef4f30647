from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.quality import schemas, service
from api.insights.quality.queries import DataQualityQuery, QuarantineQuery

router = APIRouter()


@published(router, "/data-quality/", DataQualityQuery, schemas.DataQuality, rows="reasons")
async def read_data_quality(_: Admin, request: Request) -> Response:
    """Rows that cannot be right and why, how fresh and late each table is, and what the checks found."""
    reading = Reading.of(request, DataQualityQuery)
    return reading.respond(await service.get_data_quality(reading))


@published(router, "/drilldown/data-quality/", QuarantineQuery, schemas.QuarantinedRows)
async def list_quarantined_rows(_: Admin, request: Request) -> Response:
    """Rows that are set aside, what contradicts what in each, and the ticket it belongs to; newest first."""
    reading = Reading.of_list(request, QuarantineQuery)
    return reading.respond(await service.list_quarantined(reading))
