from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff, ServiceCall
from api.kit.db import ReadSession, Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.schemas import FilterText, PathId
from api.roles import service
from api.roles.repository import ORDERINGS, RoleFilters
from api.roles.schemas import RoleDetail, RoleRead, RoleSyncMessage, RoleWrite, SyncResult

router = APIRouter()


@router.get("/roles/", tags=["roles"], responses=responses(NotFoundError))
async def list_roles(
    *,
    session: ReadSession,
    _: AnyStaff,
    page: PageQuery,
    system: Annotated[FilterText, Query(description="Slug of the system, such as tts or hdts")] = None,
    search: Annotated[FilterText, Query(description="Part of the name or the description")] = None,
    is_active: Annotated[bool, Query(description="false lists the roles that were deleted")] = True,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(ORDERINGS)}; -field")] = None,
) -> Page[RoleRead]:
    """List the roles, each with the number of its active members."""
    order = read_ordering(ordering, allowed=ORDERINGS, default="name")
    return await service.list_roles(session, RoleFilters(system, search, is_active), order, page)


@router.post(
    "/roles/",
    tags=["roles"],
    status_code=201,
    response_model=RoleRead,
    responses={
        200: {"model": RoleRead, "description": "The role was there and is changed"},
        **responses(ConflictError),
    },
)
async def put_role(
    body: RoleWrite, session: Session, trail: AuditTrail, _: Admin, once: OnceOnly
) -> Response:
    """Create a role of the auth service or change it; `users`, where given, become all of its members."""

    async def put() -> tuple[RoleRead, int]:
        role, is_new = await service.put_role(session, trail, body)
        return role, 201 if is_new else 200

    return await once.answer(put)


@router.get("/roles/{role_id}/", tags=["roles"], responses=responses(NotFoundError))
async def get_role(role_id: PathId, session: ReadSession, _: AnyStaff) -> RoleDetail:
    """Show a role and everybody who is or was of it, with the open items that they hold."""
    return await service.get_role(session, role_id)


@router.post("/internal/role-sync/", tags=["internal"], responses=responses(ConflictError))
async def sync_role(body: RoleSyncMessage, session: Session, trail: AuditTrail, _: ServiceCall) -> SyncResult:
    """Take in what the auth service tells of a role or, with a `user_id`, of a membership."""
    return await service.take_message(session, trail, body)
