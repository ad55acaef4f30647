from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.identity.enums import UserType
from api.kit.models import CreatedAt, IdentityKey, Model, UpdatedAt, one_of
from api.notifications.enums import DeliveryStatus, DigestPeriod, NotificationType


class Notification(Model):
    """What one person is told of one event; the in-app channel shows these rows themselves.

    A trigger queues the job that sends it through the other channels, in the same transaction.
    """

    __tablename__ = "notification"

    notification_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Names the event and the person, so that nobody is told the same thing twice.
    dedup_key: Mapped[str] = mapped_column(String(160), unique=True)
    user_type: Mapped[str] = mapped_column(String(16), server_default=text("'staff'"))
    user_id: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    ticket_number: Mapped[str | None] = mapped_column(String(64), index=True)
    task_id: Mapped[int | None]
    task_item_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    occurred_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]
    # Settled by the recipient's preferences when it is dispatched; shown until then.
    in_app: Mapped[bool] = mapped_column(server_default=text("true"))
    read_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("user_type", UserType),
        one_of("type", NotificationType),
        Index(
            "ix_notification_recipient",
            "user_type",
            "user_id",
            "created_at",
            "notification_id",
            postgresql_where=text("in_app"),
        ),
        Index(
            "ix_notification_unread",
            "user_type",
            "user_id",
            postgresql_where=text("in_app and read_at is null"),
        ),
        Index("ix_notification_undispatched", "created_at", postgresql_where=text("dispatched_at is null")),
        {"schema": "ops"},
    )


class Webhook(Model):
    """An address that is told of what happens, each message signed with the secret of this endpoint."""

    __tablename__ = "webhook"

    webhook_id: Mapped[IdentityKey]
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(String(256), server_default=text("''"))
    secret: Mapped[str] = mapped_column(String(100))
    # Of these types only; none named is all.
    types: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_by: Mapped[int | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    deleted_at: Mapped[datetime | None]

    __table_args__ = ({"schema": "ops"},)


class NotificationDelivery(Model):
    """One notification on its way through one channel. A trigger queues its job when it is written."""

    __tablename__ = "notification_delivery"

    notification_delivery_id: Mapped[IdentityKey]
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("ops.notification.notification_id"))
    channel: Mapped[str] = mapped_column(String(16))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("ops.webhook.webhook_id"), index=True)
    # The mailbox or address it went to, as it was when it was sent.
    target: Mapped[str] = mapped_column(String(2000), server_default=text("''"))
    status: Mapped[str] = mapped_column(String(16), server_default=text("'pending'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(server_default=text("4"))
    next_attempt_at: Mapped[datetime | None]
    last_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    # Stays set when a later attempt succeeds: what went wrong once can be looked up.
    first_failed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("channel in ('email', 'webhook', 'log')", name="channel_known"),
        one_of("status", DeliveryStatus),
        CheckConstraint("(status = 'success') = (sent_at is not null)", name="sent_when_success"),
        CheckConstraint("(channel = 'webhook') = (webhook_id is not null)", name="webhook_named"),
        CheckConstraint("attempts >= 0 and max_attempts > 0", name="attempts_counted"),
        UniqueConstraint("notification_id", "channel", "webhook_id", postgresql_nulls_not_distinct=True),
        Index(
            "ix_notification_delivery_failed",
            "created_at",
            "notification_delivery_id",
            postgresql_where=text("first_failed_at is not null"),
        ),
        Index(
            "ix_notification_delivery_unsent",
            "next_attempt_at",
            postgresql_where=text("status in ('pending', 'retrying')"),
        ),
        {"schema": "ops"},
    )


class NotificationPreference(Model):
    """What a person wants otherwise than by default: a type through a channel, or not."""

    __tablename__ = "notification_preference"

    user_type: Mapped[str] = mapped_column(String(16), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    is_enabled: Mapped[bool]

    __table_args__ = (
        one_of("user_type", UserType),
        one_of("type", NotificationType),
        CheckConstraint("channel in ('in_app', 'email')", name="channel_known"),
        {"schema": "ops"},
    )


class NotificationSetting(Model):
    """When a person may be written to, and how often they want a summary."""

    __tablename__ = "notification_setting"

    user_type: Mapped[str] = mapped_column(String(16), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(16), server_default=text("'off'"))
    # E-mail waits until this calendar opens; none is at any time. A breach does not wait.
    quiet_calendar_id: Mapped[int | None] = mapped_column(ForeignKey("ops.calendar.calendar_id"))
    # The period that was last summed up, also when there was nothing to say of it.
    last_digest: Mapped[str | None] = mapped_column(String(32))
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (one_of("user_type", UserType), one_of("digest", DigestPeriod), {"schema": "ops"})
