"""Admins among the people whom a task concerns."""

from typing import Annotated

from fastapi import Depends, Request

from api.identity.auth import AnyStaff, require_admin
from api.kit.errors import ForbiddenError


async def is_admin_here(request: Request, principal: AnyStaff) -> bool:
    """Tell whether an endpoint that is open to others too is called by an admin."""
    if not principal.is_admin:
        return False
    try:
        await require_admin(request, principal)
    except ForbiddenError:
        return False
    return True


IsAdmin = Annotated[bool, Depends(is_admin_here)]
