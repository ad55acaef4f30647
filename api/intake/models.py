from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Numeric,
    Sequence,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from api.identity.enums import UserType
from api.kit.delivery import UNDELIVERED, OutgoingEvent
from api.kit.models import CreatedAt, IdentityKey, Model, UpdatedAt, one_of
from api.kit.search import words_sql
from api.tickets.enums import Priority, TicketStatus

# The last six digits of a ticket's number. It goes round after a million; the date before them and
# the unique constraint keep numbers apart.
ticket_number_sequence = Sequence(
    "ticket_number",
    schema="intake",
    minvalue=0,
    maxvalue=999_999,
    start=1,
    cycle=True,
    metadata=Model.metadata,
)


class Ticket(Model):
    """A ticket as its master, the Ticket Service, holds it."""

    __tablename__ = "ticket"

    id: Mapped[IdentityKey]
    ticket_id: Mapped[str] = mapped_column(String(20), unique=True)
    original_ticket_id: Mapped[str | None] = mapped_column(String(64))
    source_service: Mapped[str] = mapped_column(String(50), server_default=text("'ticket_service'"))
    # Staff and employees have ids of their own spaces: the two columns together name a person.
    employee_id: Mapped[int | None]
    requester_type: Mapped[str] = mapped_column(String(16), server_default=text("'employee'"))
    employee: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    subject: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(100))
    subcategory: Mapped[str | None] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(100))
    priority: Mapped[str] = mapped_column(String(20), server_default=text("'Medium'"))
    status: Mapped[str] = mapped_column(String(20), server_default=text("'New'"))
    submit_date: Mapped[datetime]
    update_date: Mapped[datetime | None]
    scheduled_date: Mapped[date | None]
    expected_return_date: Mapped[date | None]
    performance_start_date: Mapped[date | None]
    performance_end_date: Mapped[date | None]
    asset_name: Mapped[str | None] = mapped_column(String(255))
    serial_number: Mapped[str | None] = mapped_column(String(255))
    location: Mapped[str | None] = mapped_column(String(255))
    assigned_to: Mapped[str | None] = mapped_column(String(255))
    dynamic_data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    cost_items: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    requested_budget: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    response_time: Mapped[timedelta | None]
    resolution_time: Mapped[timedelta | None]
    time_closed: Mapped[datetime | None]
    rejection_reason: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    is_task_allocated: Mapped[bool] = mapped_column(server_default=text("false"))
    fetched_at: Mapped[datetime | None]
    # When this side last changed the status itself, and the date of the newest word heard on it.
    status_told_at: Mapped[datetime | None]
    status_heard_at: Mapped[datetime | None]
    owner_heard_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            words_sql("ticket_id || ' ' || subject || ' ' || left(description, 20000)"),
            persisted=True,
        ),
    )

    __table_args__ = (
        one_of("requester_type", UserType),
        one_of("priority", Priority),
        one_of("status", TicketStatus),
        CheckConstraint(r"ticket_id ~ '^TX\d{14}$'", name="ticket_id_shape"),
        CheckConstraint("length(btrim(subject)) > 0", name="subject_not_blank"),
        UniqueConstraint("source_service", "original_ticket_id"),
        Index("ix_ticket_created_at", "created_at"),
        Index("ix_ticket_requester", "employee_id", "requester_type", "created_at"),
        Index("ix_ticket_search", "search", postgresql_using="gin"),
        {"schema": "intake"},
    )


class OutboxEvent(OutgoingEvent):
    """What the Ticket Service tells the workflow side of its tickets."""

    __tablename__ = "outbox_event"

    ticket_number: Mapped[str] = mapped_column("ticket_id", String(20), index=True)

    __table_args__ = (
        Index("ix_outbox_event_undelivered", "occurred_at", postgresql_where=UNDELIVERED),
        Index("ix_outbox_event_failed", "failed_at", postgresql_where=text("failed_at is not null")),
        {"schema": "intake"},
    )


class UploadedFile(Model):
    """A file kept with a ticket. Its bytes lie in the file store under `storage_key`, a name of ours."""

    __tablename__ = "uploaded_file"

    uploaded_file_id: Mapped[IdentityKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("intake.ticket.id"), index=True)
    storage_key: Mapped[str] = mapped_column(String(100), unique=True)
    # As the sender called it: shown, and never used to find anything.
    file_name: Mapped[str] = mapped_column(String(255))
    # Told from the content, not from the name or the sender.
    file_type: Mapped[str] = mapped_column(String(100))
    file_size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(64))
    upload_date: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("file_size >= 0", name="size_not_negative"),
        {"schema": "intake"},
    )


class ApiKey(Model):
    """What another system sends tickets with. Only a digest is kept: the key is shown once."""

    __tablename__ = "api_key"

    api_key_id: Mapped[IdentityKey]
    name: Mapped[str] = mapped_column(String(64))
    # Tickets sent with it come from here, whatever their body says.
    source_service: Mapped[str] = mapped_column(String(50))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # The first characters, by which people tell keys apart.
    hint: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_api_key_name", func.lower(name), unique=True, postgresql_where=text("revoked_at is null")),
        {"schema": "intake"},
    )
