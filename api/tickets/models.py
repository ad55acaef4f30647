from datetime import datetime
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.delivery import UNDELIVERED, OutgoingEvent
from api.kit.models import CreatedAt, IdentityKey, Model, TransactionStamp, UpdatedAt, one_of
from api.kit.search import words_sql
from api.tickets.enums import Priority, TicketEventKind, TicketStatus


class TicketSnapshot(Model):
    """The workflow side's copy of a ticket mastered elsewhere."""

    __tablename__ = "ticket_snapshot"

    ticket_id: Mapped[IdentityKey]
    ticket_number: Mapped[str] = mapped_column(String(64))
    source_service: Mapped[str] = mapped_column(String(50), server_default=text("'ticket_service'"))
    original_ticket_id: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    status: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(20))
    category: Mapped[str | None] = mapped_column(String(100))
    sub_category: Mapped[str | None] = mapped_column(String(100))
    department: Mapped[str | None] = mapped_column(String(100))
    requester: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    submit_date: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    is_task_allocated: Mapped[bool] = mapped_column(server_default=text("false"))
    last_event_id: Mapped[str | None] = mapped_column(String(64))
    last_event_at: Mapped[datetime | None]
    # Since when the status is what it is; None where a log told the ticket's whole life.
    status_since: Mapped[datetime | None]
    fetched_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            words_sql("ticket_number || ' ' || subject || ' ' || left(description, 20000)"),
            persisted=True,
        ),
    )

    __table_args__ = (
        one_of("status", TicketStatus),
        one_of("priority", Priority),
        UniqueConstraint("ticket_number"),
        UniqueConstraint("source_service", "original_ticket_id"),
        Index("ix_ticket_snapshot_search", "search", postgresql_using="gin"),
        Index("ix_ticket_snapshot_match", func.lower(department), func.lower(category)),
        Index("ix_ticket_snapshot_status", "status"),
        Index("ix_ticket_snapshot_priority", "priority"),
        # Those that are closed when nobody has said anything for long enough.
        Index(
            "ix_ticket_snapshot_resolved_since",
            "status_since",
            postgresql_where=text("status = 'Resolved' and status_since is not null"),
        ),
        Index("ix_ticket_snapshot_submit_date", "submit_date", "ticket_id"),
        Index(
            "ix_ticket_snapshot_unallocated",
            "submit_date",
            "ticket_id",
            postgresql_where=text("not is_task_allocated"),
        ),
        Index("ix_ticket_snapshot_requester", text("(requester ->> 'id')"), "submit_date", "ticket_id"),
        {"schema": "ops"},
    )


class TicketEvent(Model):
    """Append-only life of a ticket: attributes as they changed, old and new."""

    __tablename__ = "ticket_event"

    ticket_event_id: Mapped[IdentityKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ops.ticket_snapshot.ticket_id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    from_value: Mapped[str | None] = mapped_column(String(255))
    to_value: Mapped[str | None] = mapped_column(String(255))
    actor_user_id: Mapped[int | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]
    tx_id: Mapped[TransactionStamp]

    __table_args__ = (
        one_of("kind", TicketEventKind),
        {"schema": "ops"},
    )


class TicketNews(OutgoingEvent):
    """What the workflow side tells the Ticket Service: a ticket's status, and who owns it."""

    __tablename__ = "outbox_event"

    ticket_number: Mapped[str] = mapped_column(String(64), index=True)

    __table_args__ = (
        Index("ix_outbox_event_undelivered", "occurred_at", postgresql_where=UNDELIVERED),
        Index("ix_outbox_event_failed", "failed_at", postgresql_where=text("failed_at is not null")),
        {"schema": "ops"},
    )


class ImportBatch(Model):
    """One history import: what it read and what it wrote."""

    __tablename__ = "import_batch"

    import_batch_id: Mapped[IdentityKey]
    source_service: Mapped[str] = mapped_column(String(50))
    files: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    recorded_at: Mapped[CreatedAt]

    __table_args__ = ({"schema": "ops"},)
