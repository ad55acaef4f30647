"""What people see of their notifications in the application: their own, and what they have read of them."""

from uuid import UUID

from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Page, PageRequest
from api.notifications import repository
from api.notifications.enums import NotificationType
from api.notifications.errors import NotificationNotFoundError
from api.notifications.models import Notification
from api.notifications.repository import InboxFilters
from api.notifications.schemas import NotificationCount, NotificationRead


async def list_notifications(
    session: Session, principal: Principal, filters: InboxFilters, page: PageRequest
) -> Page[NotificationRead]:
    count, notifications = await repository.list_shown(session, principal, filters, page)
    return page.envelope(count, [_read(each) for each in notifications])


async def count_unread(session: Session, principal: Principal) -> NotificationCount:
    return NotificationCount(count=await repository.count_unread(session, principal))


async def get_notification(session: Session, principal: Principal, notification_id: UUID) -> NotificationRead:
    """Show one notification of the caller.

    Raises:
        NotificationNotFoundError: there is none, or it is somebody else's.
    """
    notification = await repository.find_shown(session, principal, notification_id)
    if notification is None:
        raise NotificationNotFoundError
    return _read(notification)


async def read_one(session: Session, principal: Principal, notification_id: UUID) -> NotificationRead:
    """Mark as read; what was read before keeps its time."""
    await repository.mark_read(session, principal, utc_now(), notification_id)
    return await get_notification(session, principal, notification_id)


async def read_all(session: Session, principal: Principal) -> NotificationCount:
    return NotificationCount(count=await repository.mark_read(session, principal, utc_now()))


def _read(notification: Notification) -> NotificationRead:
    return NotificationRead(
        id=notification.notification_id,
        user_id=notification.user_id,
        subject=notification.subject,
        message=notification.message,
        notification_type=NotificationType(notification.type),
        related_ticket_number=notification.ticket_number,
        task_id=notification.task_id,
        task_item_id=notification.task_item_id,
        metadata=notification.facts,
        is_read=notification.read_at is not None,
        created_at=notification.created_at,
        read_at=notification.read_at,
    )
