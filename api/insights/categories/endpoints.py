from fastapi import APIRouter, Request, Response

from api.identity.auth import AnyStaff
from api.insights.answers.queries import TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.categories import schemas, service
from api.insights.categories.queries import CategoryRowsQuery

router = APIRouter()


@published(router, "/ticket-categories/", TicketFilters, schemas.TicketCategories, rows="by_category")
async def read_categories(_: AnyStaff, request: Request) -> Response:
    """Tickets by category, sub-category and department, also those that no workflow took."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_categories(reading))


@published(router, "/drilldown/tickets/category/", CategoryRowsQuery, schemas.CategoryRows)
async def list_tickets_by_category(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the category figures, newest first."""
    reading = Reading.of_list(request, CategoryRowsQuery)
    return reading.respond(await service.list_by_category(reading))


@published(router, "/drilldown/tickets/unassigned/", TicketFilters, schemas.CategoryRows)
async def list_unassigned_tickets(_: AnyStaff, request: Request) -> Response:
    """Tickets that nobody has: they wait for somebody, or no workflow took them."""
    reading = Reading.of_list(request, TicketFilters)
    return reading.respond(await service.list_unassigned(reading))
