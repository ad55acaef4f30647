"""Each question about items, put to the statement that answers it."""

import json
from collections.abc import Mapping
from typing import Any

from api.identity.principal import Principal
from api.insights.answers.queries import WorkFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed, WholeList
from api.insights.answers.service import get_answer, list_rows, list_values
from api.insights.items import drilldowns, repository
from api.insights.items.drilldowns import Selection
from api.insights.items.errors import UserNotFoundError
from api.insights.items.queries import (
    ItemStates,
    ItemTrendsQuery,
    OriginRowsQuery,
    StatusRowsQuery,
    TransferRowsQuery,
    UserRowsQuery,
    UsersQuery,
)

NOBODY = b"null"


def view_of(principal: Principal) -> dict[str, Any]:
    """Whose names a reader is shown beside figures about people.

    Admins see every name, others those of people with whom they share a role, by the role's name: the
    read side knows no systems.
    """
    roles = sorted({role for _, role in principal.roles})
    return {"sees_every_name": principal.is_admin, "own_roles": [] if principal.is_admin else roles}


async def get_trends(reading: Reading[ItemTrendsQuery]) -> Answer:
    return await get_answer(reading, repository.trends(vars(reading.query)))


async def get_statuses(reading: Reading[WorkFilters]) -> Answer:
    return await get_answer(reading, repository.statuses(vars(reading.query)))


async def get_origins(reading: Reading[WorkFilters]) -> Answer:
    return await get_answer(reading, repository.origins(vars(reading.query)))


async def get_performance(reading: Reading[WorkFilters]) -> Answer:
    return await get_answer(reading, repository.performance(vars(reading.query)))


async def get_users(reading: Reading[UsersQuery], principal: Principal) -> Answer:
    values = _seen_by(reading, principal)
    return await get_answer(reading, repository.users(values, reading.query.sort), values)


async def get_transfers(reading: Reading[WorkFilters], principal: Principal) -> Answer:
    values = _seen_by(reading, principal)
    return await get_answer(reading, repository.transfers(values), values)


async def list_by_status(reading: Reading[StatusRowsQuery]) -> Listed:
    return await _list_items(reading, drilldowns.by_state(_states(reading.query)), list_values(reading))


async def list_by_origin(reading: Reading[OriginRowsQuery]) -> Listed:
    return await _list_items(reading, drilldowns.by_origin(reading.query.origin), list_values(reading))


async def list_transfers(reading: Reading[TransferRowsQuery]) -> Listed:
    query = reading.query
    sides = [name for name in drilldowns.SIDES if getattr(query, name) is not None]
    return await _list_items(reading, drilldowns.by_move(query.origin, sides), list_values(reading))


async def list_of_user(reading: Reading[UserRowsQuery], user_id: int, principal: Principal) -> Listed:
    """The items of one person, with their performance under the same filters.

    Raises:
        UserNotFoundError: The person never had an item.
    """
    view = _seen_by(reading, principal)
    values = {**view, **list_values(reading), "user_id": user_id}
    selection = drilldowns.by_state(_states(reading.query), columns="columns_user_item", body="user_items")
    rows = drilldowns.drilldown_of(selection, values)
    listed = await list_rows(reading, rows, values)
    # A table is sent while it is read; whether there is anybody to tell of must be known before.
    answer = await get_answer(reading, rows.page, values) if isinstance(listed, WholeList) else listed
    if answer.body == NOBODY:
        raise UserNotFoundError(f"User {user_id} never had a task item")
    return listed


async def _list_items(reading: Reading[Any], selection: Selection, values: Mapping[str, Any]) -> Listed:
    values = drilldowns.counting_values(selection, values)
    return await list_rows(reading, drilldowns.drilldown_of(selection, values), values)


def _states(query: ItemStates) -> dict[str, Any]:
    given = ((name, getattr(query, name)) for name in drilldowns.STATE_NAMES)
    return {name: value for name, value in given if value is not None}


def _seen_by(reading: Reading[Any], principal: Principal) -> dict[str, Any]:
    """The question's values with the reader's view, which the copy they keep depends on too."""
    view = view_of(principal)
    reading.depends_on = json.dumps(view)
    return {**vars(reading.query), **view}
