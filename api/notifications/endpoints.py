from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api.identity.auth import AnyPerson
from api.kit.dates import DaysQuery
from api.kit.db import ReadSession, Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.schemas import FilterText
from api.notifications import inbox, preferences
from api.notifications.enums import NotificationType
from api.notifications.repository import InboxFilters
from api.notifications.schemas import (
    NotificationCount,
    NotificationRead,
    PreferencesRead,
    PreferencesUpdate,
)

router = APIRouter(prefix="/notifications", tags=["notifications"])
NotificationId = Annotated[UUID, Path()]


@router.get("/", responses=responses(NotFoundError))
async def list_notifications(
    *,
    session: ReadSession,
    principal: AnyPerson,
    page: PageQuery,
    range_of_days: DaysQuery,
    is_read: Annotated[bool | None, Query(description="Only what was read, or only what was not")] = None,
    notification_type: NotificationType | None = None,
    ticket_number: FilterText = None,
) -> Page[NotificationRead]:
    """List what the caller was told, the newest first."""
    filters = InboxFilters(range_of_days, is_read, notification_type, ticket_number or None)
    return await inbox.list_notifications(session, principal, filters, page)


@router.get("/unread-count/", responses=responses())
async def count_unread_notifications(session: ReadSession, principal: AnyPerson) -> NotificationCount:
    """Count what the caller has not read."""
    return await inbox.count_unread(session, principal)


@router.get("/preferences/", responses=responses())
async def get_notification_preferences(session: ReadSession, principal: AnyPerson) -> PreferencesRead:
    """Show how the caller is told of what, with the defaults filled in."""
    return await preferences.get_preferences(session, principal)


@router.put("/preferences/", responses=responses())
async def change_notification_preferences(
    body: PreferencesUpdate, session: Session, principal: AnyPerson
) -> PreferencesRead:
    """Change how the caller is told of what.

    What is left out stays as it is; null goes back to the default.
    """
    return await preferences.change_preferences(session, principal, body)


@router.post("/read-all/", response_model=NotificationCount, responses=responses(ConflictError))
async def read_all_notifications(session: Session, principal: AnyPerson, once: OnceOnly) -> Response:
    """Mark everything the caller was told as read; answers how much of it was not."""

    async def read() -> tuple[NotificationCount, int]:
        return await inbox.read_all(session, principal), 200

    return await once.answer(read)


@router.get("/{notification_id}/", responses=responses(NotFoundError))
async def get_notification(
    notification_id: NotificationId, session: ReadSession, principal: AnyPerson
) -> NotificationRead:
    """Show one notification of the caller."""
    return await inbox.get_notification(session, principal, notification_id)


@router.post(
    "/{notification_id}/read/",
    response_model=NotificationRead,
    responses=responses(NotFoundError, ConflictError),
)
async def read_notification(
    notification_id: NotificationId, session: Session, principal: AnyPerson, once: OnceOnly
) -> Response:
    """Mark one notification of the caller as read; again changes nothing."""

    async def read() -> tuple[NotificationRead, int]:
        return await inbox.read_one(session, principal, notification_id), 200

    return await once.answer(read)
