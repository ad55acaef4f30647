"""Tables that make delivery and retries safe: events on their way, seen events and remembered answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import CreatedAt, Model


class OutgoingEvent(Model):
    """An event that left with the change it tells of; `delivered_at` once the other side has it.

    A trigger queues the job of its delivery: the one is there exactly when the other is.
    """

    __abstract__ = True

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    # That of the request which made the event, so that it can be followed through both services.
    request_id: Mapped[str | None] = mapped_column(String(64))
    occurred_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    # Of the attempts, those that were answered, and not well.
    bad_answers: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None]
    # Set when the receiver refused the event itself: it waits for a person, not for a retry.
    failed_at: Mapped[datetime | None]


UNDELIVERED = text("delivered_at is null and failed_at is null")


class SeenEvent(Model):
    """An event already taken in; its id seen again changes nothing."""

    __abstract__ = True

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    received_at: Mapped[CreatedAt]


class InboxEvent(SeenEvent):
    __tablename__ = "inbox_event"

    __table_args__ = ({"schema": "ops"},)


class IntakeInboxEvent(SeenEvent):
    """The same, for the Ticket Service, whose role cannot see `ops`."""

    __tablename__ = "inbox_event"

    __table_args__ = ({"schema": "intake"},)


class RememberedAnswer(Model):
    __abstract__ = True

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]


class IdempotencyKey(RememberedAnswer):
    """The answer given to a keyed POST, kept with the change it reports."""

    __tablename__ = "idempotency_key"

    __table_args__ = (
        CheckConstraint("status_code between 200 and 599", name="status_code_range"),
        {"schema": "ops"},
    )


class IntakeIdempotencyKey(RememberedAnswer):
    """The same, for the Ticket Service, whose role cannot see `ops`."""

    __tablename__ = "idempotency_key"

    __table_args__ = (
        CheckConstraint("status_code between 200 and 599", name="status_code_range"),
        {"schema": "intake"},
    )
