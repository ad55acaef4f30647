"""Choosing the channels of a notification, once, and writing down what is to be sent through each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from api.kit.clock import utc_now
from api.kit.db import Database, Session
from api.kit.logs import log
from api.notifications import preferences
from api.notifications.enums import Channel
from api.notifications.models import Notification, NotificationDelivery, Webhook
from api.notifications.recipients import find_address
from api.settings import ApiSettings


async def dispatch(database: Database, settings: ApiSettings, notification_id: UUID) -> None:
    """Dispatch one notification unless that is done; each delivery's own insert queues its job."""
    async with database.sessions() as session, session.begin():
        notification = await session.get(Notification, notification_id, with_for_update=True)
        if notification is None or notification.dispatched_at is not None:
            return
        now = utc_now()
        channels = await preferences.channels_for(session, notification)
        notification.in_app = Channel.IN_APP in channels
        mail_channel = channel_of_mail(settings)
        if Channel.EMAIL in channels and mail_channel is not None:
            await _add_mail(session, notification, mail_channel, now)
        await _add_webhooks(session, notification, now)
        notification.dispatched_at = now


def channel_of_mail(settings: ApiSettings) -> Channel | None:
    """Say what mail becomes: itself, a line of the log in development, or nothing without a server."""
    if settings.smtp_host:
        return Channel.EMAIL
    return Channel.LOG if settings.env == "development" else None


async def _add_mail(session: Session, notification: Notification, channel: Channel, now: datetime) -> None:
    address = await find_address(session, notification)
    if address is None:
        log.info(
            "recipient_has_no_address",
            notification_id=str(notification.notification_id),
            user_type=notification.user_type,
            user_id=notification.user_id,
        )
        return
    opens_at = await preferences.quiet_until(session, notification, now)
    session.add(
        NotificationDelivery(
            notification_id=notification.notification_id,
            channel=channel,
            target=address,
            next_attempt_at=opens_at or now,
        )
    )


async def _add_webhooks(session: Session, notification: Notification, now: datetime) -> None:
    wanted = or_(func.jsonb_array_length(Webhook.types) == 0, Webhook.types.contains([notification.type]))
    webhooks = await session.scalars(
        select(Webhook)
        .where(Webhook.is_active, Webhook.deleted_at.is_(None), wanted)
        .order_by(Webhook.webhook_id)
    )
    session.add_all(
        NotificationDelivery(
            notification_id=notification.notification_id,
            channel=Channel.WEBHOOK,
            webhook_id=webhook.webhook_id,
            target=webhook.url,
            next_attempt_at=now,
        )
        for webhook in webhooks
    )
