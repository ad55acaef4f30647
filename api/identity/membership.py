"""The local word on a role: a membership switched off here stops a token that still claims it."""

import asyncpg
from fastapi import Request

from api.identity.principal import Principal
from api.kit.errors import ForbiddenError

# A role nobody recorded here for this person is the issuer's to grant; one that is recorded must be
# active in at least one row. An account switched off loses every role at once.
_WITHDRAWN_ROLES = """
select lower(role.system), lower(role.name)
from ops.role_user
join ops.role on role.role_id = role_user.role_id
where role_user.user_id = $1
group by 1, 2
having not bool_or(role_user.is_active and role.deleted_at is null)
union all
select null, null from ops.user_account
where user_account.user_type = 'staff' and user_account.user_id = $1 and not user_account.is_active
"""


async def require_one_of(request: Request, principal: Principal, claimed: frozenset[tuple[str, str]]) -> None:
    """Refuse unless one of the claimed roles still holds.

    Raises:
        ForbiddenError: none was claimed, or all of them were withdrawn here.
    """
    if not claimed:
        raise ForbiddenError
    pool: asyncpg.Pool = request.app.state.membership_pool
    rows = await pool.fetch(_WITHDRAWN_ROLES, principal.user_id)
    withdrawn = {(row[0], row[1]) for row in rows}
    if (None, None) in withdrawn or claimed <= withdrawn:
        raise ForbiddenError
