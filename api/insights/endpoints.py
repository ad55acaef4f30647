"""`/analytics/`: every number from the newest publication, none from the operational tables."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Response
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
from api.insights.reading import Reader, permit_only
from api.kit.errors import PageOutOfRangeError, responses
from api.kit.pagination import PageQuery

router = APIRouter(prefix="/analytics", tags=["analytics"])

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The reader's copy is still the newest"}
}


def published(path: str, query: type[BaseModel], answer: type[BaseModel]) -> Callable[[Endpoint], Endpoint]:
    """Route of an answer that comes rendered from the database; `answer` is its documentation."""
    is_list = "results" in answer.model_fields
    return router.get(
        path,
        response_model=answer,
        dependencies=[Depends(permit_only(query, *(("page", "page_size") if is_list else ())))],
        responses=NOT_MODIFIED | responses(NotPublishedError, *((PageOutOfRangeError,) if is_list else ())),
    )


@published("/tickets/dashboard/", TicketFilters, schemas.Dashboard)
async def read_dashboard(_: AnyStaff, reader: Reader, query: Annotated[TicketFilters, Query()]) -> Response:
    """Key figures of the tickets created in a range of days."""
    return reader.respond(await service.get_dashboard(reader, query))


@published("/ticket-trends/", TrendsQuery, schemas.Trends)
async def read_trends(_: AnyStaff, reader: Reader, query: Annotated[TrendsQuery, Query()]) -> Response:
    """Created, resolved and open tickets by day, week or month; periods without an event are zero."""
    return reader.respond(await service.get_trends(reader, query))


@published("/tickets/status/", TicketFilters, schemas.StatusSummary)
async def read_status(_: AnyStaff, reader: Reader, query: Annotated[TicketFilters, Query()]) -> Response:
    """Tickets by task status, most frequent first."""
    return reader.respond(await service.get_status(reader, query))


@published("/tickets/priority/", TicketFilters, schemas.PriorityDistribution)
async def read_priority(_: AnyStaff, reader: Reader, query: Annotated[TicketFilters, Query()]) -> Response:
    """Tickets by priority, from Critical to Low."""
    return reader.respond(await service.get_priority(reader, query))


@published("/tickets/age/", AgeQuery, schemas.AgeDistribution)
async def read_age(_: AnyStaff, reader: Reader, query: Annotated[AgeQuery, Query()]) -> Response:
    """Tickets by their age when the data was taken: those still open, or all."""
    return reader.respond(await service.get_age(reader, query))


@published("/tickets/sla/", SlaQuery, schemas.SlaCompliance)
async def read_sla(_: AnyStaff, reader: Reader, query: Annotated[SlaQuery, Query()]) -> Response:
    """SLA states by priority, workflow, department or category."""
    return reader.respond(await service.get_sla(reader, query))


@published("/drilldown/tickets/status/", StatusRowsQuery, schemas.StatusRows)
async def list_tickets_by_status(
    _: AnyStaff, reader: Reader, query: Annotated[StatusRowsQuery, Query()], page: PageQuery
) -> Response:
    """Tickets behind the status figures, newest first."""
    return reader.respond(await service.list_by_status(reader, query, page))


@published("/drilldown/tickets/priority/", StatusRowsQuery, schemas.PriorityRows)
async def list_tickets_by_priority(
    _: AnyStaff, reader: Reader, query: Annotated[StatusRowsQuery, Query()], page: PageQuery
) -> Response:
    """Tickets behind the priority figures, newest first."""
    return reader.respond(await service.list_by_priority(reader, query, page))


@published("/drilldown/tickets/age/", AgeRowsQuery, schemas.AgeRows)
async def list_tickets_by_age(
    _: AnyStaff, reader: Reader, query: Annotated[AgeRowsQuery, Query()], page: PageQuery
) -> Response:
    """Tickets behind the age figures, oldest first."""
    return reader.respond(await service.list_by_age(reader, query, page))


@published("/drilldown/tickets/sla/", SlaRowsQuery, schemas.SlaRows)
async def list_tickets_by_sla(
    _: AnyStaff, reader: Reader, query: Annotated[SlaRowsQuery, Query()], page: PageQuery
) -> Response:
    """Tickets behind the SLA figures, by target, nearest first."""
    return reader.respond(await service.list_by_sla(reader, query, page))


@published("/forecast/volume/", VolumeForecastQuery, schemas.VolumeForecast)
async def read_volume_forecast(
    _: Admin, reader: Reader, query: Annotated[VolumeForecastQuery, Query()]
) -> Response:
    """Tickets expected per day, week or month, as the pipeline forecast them."""
    return reader.respond(await service.get_volume_forecast(reader, query))
