"""What each endpoint about items may be asked."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.insights.answers.queries import SlaStatusName, StepFilters, TrendWindow, WorkFilters, lower
from api.insights.items.enums import MoveOrigin, Ranking, TurnStatus
from api.kit.schemas import QueryId
from api.tasks.enums import ItemOrigin

SHOWN_USERS, MAX_USERS = 25, 1_000


def capitalized(value: Any) -> Any:
    return value.strip().capitalize() if isinstance(value, str) else value


StatusName = Annotated[TurnStatus, BeforeValidator(lower)]
OriginName = Annotated[ItemOrigin, BeforeValidator(capitalized)]
MoveOriginName = Annotated[MoveOrigin, BeforeValidator(capitalized)]
Whole = Annotated[int, Field(ge=0, le=1_000_000_000)]


class ItemTrendsQuery(TrendWindow, WorkFilters):
    """A window of what was noted about items with these dimensions."""


class UsersQuery(WorkFilters):
    """People by their items: at least `min_items` of them, the first `limit` by `sort`."""

    sort: Annotated[Ranking, BeforeValidator(lower)] = Ranking.RESOLUTION_RATE
    min_items: Whole = 0
    limit: Annotated[int, Field(ge=1, le=MAX_USERS)] = SHOWN_USERS


class ItemStates(StepFilters):
    """Items by what became of them.

    `is_judged` leaves out those that neither count as met or breached nor can still become so: without a
    target, reassigned, escalated in time. `has_target` tells them apart.
    """

    status: StatusName | None = None
    sla_status: SlaStatusName | None = None
    is_open: bool | None = None
    is_judged: bool | None = None
    has_target: bool | None = None


class UserRowsQuery(ItemStates):
    pass


class StatusRowsQuery(ItemStates, WorkFilters):
    pass


class OriginRowsQuery(WorkFilters):
    origin: OriginName | None = None


class TransferRowsQuery(StepFilters):
    """Items that came from somebody else; `user_id` is either side of the move."""

    origin: MoveOriginName | None = None
    user_id: QueryId | None = None
    from_user_id: QueryId | None = None
    to_user_id: QueryId | None = None
    transferred_by: QueryId | None = None
