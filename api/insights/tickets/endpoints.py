from fastapi import APIRouter, Request, Response

from api.identity.auth import AnyStaff
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.tickets import schemas, service
from api.insights.tickets.queries import (
    AgeQuery,
    AgeRowsQuery,
    SlaQuery,
    SlaRowsQuery,
    StatesQuery,
    StatusQuery,
    StatusRowsQuery,
    TrendsQuery,
)

router = APIRouter()


@published(router, "/tickets/dashboard/", StatesQuery, schemas.Dashboard)
async def read_dashboard(_: AnyStaff, request: Request) -> Response:
    """Key figures of the tickets created in a range of days."""
    reading = Reading.of(request, StatesQuery)
    return reading.respond(await service.get_dashboard(reading))


@published(router, "/ticket-trends/", TrendsQuery, schemas.Trends, rows="trends")
async def read_trends(_: AnyStaff, request: Request) -> Response:
    """Created, resolved and open tickets by day, week or month; periods without an event are zero."""
    reading = Reading.of(request, TrendsQuery)
    return reading.respond(await service.get_trends(reading))


@published(router, "/tickets/status/", StatusQuery, schemas.StatusSummary, rows="status_summary")
async def read_status(_: AnyStaff, request: Request) -> Response:
    """Tickets by task status, or with basis=ticket by their own, routed or not; most frequent first."""
    reading = Reading.of(request, StatusQuery)
    return reading.respond(await service.get_status(reading))


@published(
    router, "/tickets/priority/", StatesQuery, schemas.PriorityDistribution, rows="priority_distribution"
)
async def read_priority(_: AnyStaff, request: Request) -> Response:
    """Tickets by priority, from Critical to Low."""
    reading = Reading.of(request, StatesQuery)
    return reading.respond(await service.get_priority(reading))


@published(router, "/tickets/age/", AgeQuery, schemas.AgeDistribution, rows="ticket_age")
async def read_age(_: AnyStaff, request: Request) -> Response:
    """Tickets by their age when the data was taken: those still open, or all."""
    reading = Reading.of(request, AgeQuery)
    return reading.respond(await service.get_age(reading))


@published(router, "/tickets/sla/", SlaQuery, schemas.SlaCompliance, rows="sla_compliance")
async def read_sla(_: AnyStaff, request: Request) -> Response:
    """SLA states by priority, workflow, department or category."""
    reading = Reading.of(request, SlaQuery)
    return reading.respond(await service.get_sla(reading))


@published(router, "/drilldown/tickets/status/", StatusRowsQuery, schemas.StatusRows)
async def list_tickets_by_status(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the status figures, newest first."""
    reading = Reading.of_list(request, StatusRowsQuery)
    return reading.respond(await service.list_by_status(reading))


@published(router, "/drilldown/tickets/priority/", StatusRowsQuery, schemas.PriorityRows)
async def list_tickets_by_priority(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the priority figures, newest first."""
    reading = Reading.of_list(request, StatusRowsQuery)
    return reading.respond(await service.list_by_priority(reading))


@published(router, "/drilldown/tickets/age/", AgeRowsQuery, schemas.AgeRows)
async def list_tickets_by_age(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the age figures, oldest first."""
    reading = Reading.of_list(request, AgeRowsQuery)
    return reading.respond(await service.list_by_age(reading))


@published(router, "/drilldown/tickets/sla/", SlaRowsQuery, schemas.SlaRows)
async def list_tickets_by_sla(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the SLA figures, by target, nearest first."""
    reading = Reading.of_list(request, SlaRowsQuery)
    return reading.respond(await service.list_by_sla(reading))
