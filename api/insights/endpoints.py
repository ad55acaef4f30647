"""`/analytics/`: every number from the newest publication, none from the operational tables."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.identity.auth import Admin, AnyStaff
from api.insights import schemas, service
from api.insights.errors import NotPublishedError
from api.insights.queries import (
    AgeQuery,
    AgeRowsQuery,
    SlaQuery,
    SlaRowsQuery,
    StatusRowsQuery,
    TicketFilters,
    TrendsQuery,
    VolumeForecastQuery,
)
from api.insights.reading import Reading, describe_parameters
from api.kit.errors import PageOutOfRangeError, responses

router = APIRouter(prefix="/analytics", tags=["analytics"])

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The reader's copy is still the newest"}
}


def published(path: str, query: type[BaseModel], answer: type[BaseModel]) -> Callable[[Endpoint], Endpoint]:
    """Route of an answer that comes rendered from the database; the models are its documentation."""
    is_list = issubclass(answer, schemas.Rows)
    refusals = responses(NotPublishedError, *((PageOutOfRangeError,) if is_list else ()))
    return router.get(
        path,
        response_model=answer,
        responses=NOT_MODIFIED | refusals,
        openapi_extra={"parameters": describe_parameters(query, is_list=is_list)},
    )


@published("/tickets/dashboard/", TicketFilters, schemas.Dashboard)
async def read_dashboard(_: AnyStaff, request: Request) -> Response:
    """Key figures of the tickets created in a range of days."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_dashboard(reading))


@published("/ticket-trends/", TrendsQuery, schemas.Trends)
async def read_trends(_: AnyStaff, request: Request) -> Response:
    """Created, resolved and open tickets by day, week or month; periods without an event are zero."""
    reading = Reading.of(request, TrendsQuery)
    return reading.respond(await service.get_trends(reading))


@published("/tickets/status/", TicketFilters, schemas.StatusSummary)
async def read_status(_: AnyStaff, request: Request) -> Response:
    """Tickets by task status, most frequent first."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_status(reading))


@published("/tickets/priority/", TicketFilters, schemas.PriorityDistribution)
async def read_priority(_: AnyStaff, request: Request) -> Response:
    """Tickets by priority, from Critical to Low."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_priority(reading))


@published("/tickets/age/", AgeQuery, schemas.AgeDistribution)
async def read_age(_: AnyStaff, request: Request) -> Response:
    """Tickets by their age when the data was taken: those still open, or all."""
    reading = Reading.of(request, AgeQuery)
    return reading.respond(await service.get_age(reading))


@published("/tickets/sla/", SlaQuery, schemas.SlaCompliance)
async def read_sla(_: AnyStaff, request: Request) -> Response:
    """SLA states by priority, workflow, department or category."""
    reading = Reading.of(request, SlaQuery)
    return reading.respond(await service.get_sla(reading))


@published("/drilldown/tickets/status/", StatusRowsQuery, schemas.StatusRows)
async def list_tickets_by_status(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the status figures, newest first."""
    reading = Reading.of_list(request, StatusRowsQuery)
    return reading.respond(await service.list_by_status(reading))


@published("/drilldown/tickets/priority/", StatusRowsQuery, schemas.PriorityRows)
async def list_tickets_by_priority(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the priority figures, newest first."""
    reading = Reading.of_list(request, StatusRowsQuery)
    return reading.respond(await service.list_by_priority(reading))


@published("/drilldown/tickets/age/", AgeRowsQuery, schemas.AgeRows)
async def list_tickets_by_age(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the age figures, oldest first."""
    reading = Reading.of_list(request, AgeRowsQuery)
    return reading.respond(await service.list_by_age(reading))


@published("/drilldown/tickets/sla/", SlaRowsQuery, schemas.SlaRows)
async def list_tickets_by_sla(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the SLA figures, by target, nearest first."""
    reading = Reading.of_list(request, SlaRowsQuery)
    return reading.respond(await service.list_by_sla(reading))


@published("/forecast/volume/", VolumeForecastQuery, schemas.VolumeForecast)
async def read_volume_forecast(_: Admin, request: Request) -> Response:
    """Tickets expected per day, week or month, as the pipeline forecast them."""
    reading = Reading.of(request, VolumeForecastQuery)
    return reading.respond(await service.get_volume_forecast(reading))
