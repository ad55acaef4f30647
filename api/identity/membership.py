"""The local word on a role: a membership switched off here stops a token that still claims it."""

import asyncpg
from fastapi import Request

from api.identity.principal import Principal
from api.kit.errors import ForbiddenError

_WITHDRAWN = """
select system, name from ops.withdrawn_role where user_id = $1
union all
select null, null from ops.disabled_account where user_type = 'staff' and user_id = $1
"""


async def require_one_of(request: Request, principal: Principal, claimed: frozenset[tuple[str, str]]) -> None:
    """Refuse unless one of the claimed roles still holds. An account switched off holds none.

    Raises:
        ForbiddenError: none was claimed, or all of them were withdrawn here.
    """
    if not claimed:
        raise ForbiddenError
    pool: asyncpg.Pool = request.app.state.membership_pool
    rows = await pool.fetch(_WITHDRAWN, principal.user_id)
    withdrawn = {(row[0], row[1]) for row in rows}
    if (None, None) in withdrawn or claimed <= withdrawn:
        raise ForbiddenError
