"""Statements about webhook endpoints and what was sent to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from api.kit.db import Session
from api.kit.pagination import PageRequest
from api.notifications.enums import DeliveryStatus, NotificationType
from api.notifications.models import Notification, NotificationDelivery, Webhook

DeliveryRow = tuple[NotificationDelivery, Notification]


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    status: DeliveryStatus | None = None
    notification_type: NotificationType | None = None


async def list_webhooks(
    session: Session, page: PageRequest, *, is_active: bool | None
) -> tuple[int, Sequence[Webhook]]:
    """List the endpoints that were not removed, the newest first."""
    conditions = [Webhook.deleted_at.is_(None)]
    if is_active is not None:
        conditions.append(Webhook.is_active.is_(is_active))
    count = await session.scalar(select(func.count()).select_from(Webhook).where(*conditions)) or 0
    page.check(count)
    webhooks = await session.scalars(
        select(Webhook)
        .where(*conditions)
        .order_by(Webhook.webhook_id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return count, webhooks.all()


async def find_webhook(session: Session, webhook_id: int, *, for_change: bool = False) -> Webhook | None:
    wanted = select(Webhook).where(Webhook.webhook_id == webhook_id, Webhook.deleted_at.is_(None))
    return (await session.scalars(wanted.with_for_update() if for_change else wanted)).one_or_none()


async def list_deliveries(
    session: Session, webhook_id: int, filters: DeliveryFilters, page: PageRequest
) -> tuple[int, list[DeliveryRow]]:
    """List what was sent to an endpoint, or is to be, the newest first."""
    conditions = [NotificationDelivery.webhook_id == webhook_id]
    if filters.status is not None:
        conditions.append(NotificationDelivery.status == filters.status)
    if filters.notification_type is not None:
        conditions.append(Notification.type == filters.notification_type)
    about = Notification.notification_id == NotificationDelivery.notification_id
    counted = select(func.count()).select_from(NotificationDelivery).join(Notification, about)
    count = await session.scalar(counted.where(*conditions)) or 0
    page.check(count)
    rows = await session.execute(
        select(NotificationDelivery, Notification)
        .join(Notification, about)
        .where(*conditions)
        .order_by(NotificationDelivery.notification_delivery_id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return count, [(delivery, notification) for delivery, notification in rows]


async def lock_delivery(session: Session, webhook_id: int, delivery_id: int) -> DeliveryRow | None:
    about = Notification.notification_id == NotificationDelivery.notification_id
    rows = await session.execute(
        select(NotificationDelivery, Notification)
        .join(Notification, about)
        .where(
            NotificationDelivery.webhook_id == webhook_id,
            NotificationDelivery.notification_delivery_id == delivery_id,
        )
        .with_for_update(of=NotificationDelivery)
    )
    row = rows.one_or_none()
    return None if row is None else (row[0], row[1])
