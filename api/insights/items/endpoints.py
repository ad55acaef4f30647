from fastapi import APIRouter, Request, Response

from api.identity.auth import AnyStaff
from api.insights.answers.queries import WorkFilters
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.items import schemas, service
from api.insights.items.errors import UserNotFoundError
from api.insights.items.queries import (
    ItemTrendsQuery,
    OriginRowsQuery,
    StatusRowsQuery,
    TransferRowsQuery,
    UserRowsQuery,
    UsersQuery,
)
from api.kit.schemas import PathId

router = APIRouter()


@published(router, "/task-item-trends/", ItemTrendsQuery, schemas.ItemTrends, rows="trends")
async def read_item_trends(_: AnyStaff, request: Request) -> Response:
    """What was noted about items by day, week or month; periods without an event are zero."""
    reading = Reading.of(request, ItemTrendsQuery)
    return reading.respond(await service.get_trends(reading))


@published(router, "/tasks/status/", WorkFilters, schemas.ItemStatuses, rows="status_distribution")
async def read_item_statuses(_: AnyStaff, request: Request) -> Response:
    """Items by their newest status, most frequent first."""
    reading = Reading.of(request, WorkFilters)
    return reading.respond(await service.get_statuses(reading))


@published(router, "/tasks/origin/", WorkFilters, schemas.ItemOrigins, rows="origin_distribution")
async def read_item_origins(_: AnyStaff, request: Request) -> Response:
    """Items by how they came to their holder, most frequent first."""
    reading = Reading.of(request, WorkFilters)
    return reading.respond(await service.get_origins(reading))


@published(router, "/tasks/performance/", WorkFilters, schemas.ItemPerformance)
async def read_item_performance(_: AnyStaff, request: Request) -> Response:
    """How long items wait for an act and for their resolution, and how many keep their target."""
    reading = Reading.of(request, WorkFilters)
    return reading.respond(await service.get_performance(reading))


@published(router, "/tasks/users/", UsersQuery, schemas.UserPerformance, rows="user_performance")
async def read_user_performance(principal: AnyStaff, request: Request) -> Response:
    """People ranked by what became of their items; who is no admin reads names of own roles only."""
    reading = Reading.of(request, UsersQuery)
    return reading.respond(await service.get_users(reading, principal))


@published(router, "/tasks/transfers/", WorkFilters, schemas.Transfers)
async def read_transfers(principal: AnyStaff, request: Request) -> Response:
    """Transfers by whom items were taken from, who received them and who asked; escalations by step."""
    reading = Reading.of(request, WorkFilters)
    return reading.respond(await service.get_transfers(reading, principal))


@published(router, "/drilldown/tasks/status/", StatusRowsQuery, schemas.ItemRows)
async def list_items_by_status(_: AnyStaff, request: Request) -> Response:
    """Items behind the figures on status and SLA, newest first."""
    reading = Reading.of_list(request, StatusRowsQuery)
    return reading.respond(await service.list_by_status(reading))


@published(router, "/drilldown/tasks/origin/", OriginRowsQuery, schemas.ItemRows)
async def list_items_by_origin(_: AnyStaff, request: Request) -> Response:
    """Items behind the figures on origin, newest first."""
    reading = Reading.of_list(request, OriginRowsQuery)
    return reading.respond(await service.list_by_origin(reading))


@published(
    router,
    "/drilldown/user/{user_id}/",
    UserRowsQuery,
    schemas.UserItemRows,
    refused=(UserNotFoundError,),
)
async def list_items_of_user(principal: AnyStaff, request: Request, user_id: PathId) -> Response:
    """One person's items, newest first, with their performance under the same filters."""
    reading = Reading.of_list(request, UserRowsQuery)
    return reading.respond(await service.list_of_user(reading, user_id, principal))


@published(router, "/drilldown/transfers/", TransferRowsQuery, schemas.TransferRows)
async def list_transfers(_: AnyStaff, request: Request) -> Response:
    """Transfers and escalations with both sides, newest first."""
    reading = Reading.of_list(request, TransferRowsQuery)
    return reading.respond(await service.list_transfers(reading))
