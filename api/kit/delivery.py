"""Tables that make delivery and retries safe: seen events and remembered answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import CreatedAt, Model


class InboxEvent(Model):
    """An event already taken in; its id seen again changes nothing."""

    __tablename__ = "inbox_event"

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    received_at: Mapped[CreatedAt]

    __table_args__ = ({"schema": "ops"},)


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
