from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import PathId
from api.sla import service
from api.sla.schemas import CalendarRead, CalendarWrite

router = APIRouter(prefix="/sla/calendars", tags=["sla"])
_ORDERINGS = ("name", "created_at")


@router.get("/", responses=responses(NotFoundError))
async def list_calendars(
    *,
    session: Session,
    _: AnyStaff,
    page: PageQuery,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(_ORDERINGS)}; -field")] = None,
) -> Page[CalendarRead]:
    """List the calendars that SLAs may count by, each in its newest revision."""
    order = read_ordering(ordering, allowed=_ORDERINGS, default="name")
    return await service.list_calendars(session, order, page)


@router.post("/", status_code=201, response_model=CalendarRead, responses=responses(ConflictError))
async def create_calendar(
    body: CalendarWrite, session: Session, trail: AuditTrail, principal: Admin, once: OnceOnly
) -> Response:
    """Create a calendar: a time zone, weekly hours, days off."""

    async def create() -> tuple[CalendarRead, int]:
        return await service.create_calendar(session, trail, principal, body), 201

    return await once.answer(create)


@router.get("/{calendar_id}/", responses=responses(NotFoundError))
async def get_calendar(
    calendar_id: PathId, session: Session, _: AnyStaff, response: Response
) -> CalendarRead:
    """Show a calendar in its newest revision, which is its ETag."""
    calendar = await service.get_calendar(session, calendar_id)
    set_etag(response, calendar.revision)
    return calendar


@router.put("/{calendar_id}/", responses=responses(NotFoundError, ConflictError))
async def change_calendar(
    *,
    calendar_id: PathId,
    body: CalendarWrite,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    expected_revision: IfMatch,
    response: Response,
) -> CalendarRead:
    """Replace a calendar's hours by a new revision.

    Tasks that run keep theirs; those that start, or change priority, from now on count by the new one.
    """
    calendar = await service.change_calendar(
        session, trail, principal, calendar_id, body, expected_revision=expected_revision
    )
    set_etag(response, calendar.revision)
    return calendar
