from typing import Any

from sqlalchemy import FetchedValue, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import CreatedAt, IdentityKey, Model


class AuditEvent(Model):
    """Who changed what, with old and new values; written with the change, never altered."""

    __tablename__ = "audit_event"

    audit_event_id: Mapped[IdentityKey]
    user_id: Mapped[int | None]
    username: Mapped[str | None] = mapped_column(String(150))
    email: Mapped[str | None] = mapped_column(String(254))
    actor_roles: Mapped[list[Any] | None]
    action: Mapped[str] = mapped_column(String(40))
    target_type: Mapped[str] = mapped_column(String(40))
    target_id: Mapped[int | None]
    changes: Mapped[dict[str, Any] | None]
    description: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(String(64))
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(String(400))
    recorded_at: Mapped[CreatedAt]
    # Its place in the chain. The database gives it when the row is inserted, whatever is asked for.
    lane: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    sequence: Mapped[int] = mapped_column(FetchedValue())
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary, FetchedValue())
    hash: Mapped[bytes] = mapped_column(LargeBinary, FetchedValue())

    # Nobody reads a row back in the transaction that writes it.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy reads a plain dict here
    __table_args__ = (
        UniqueConstraint("lane", "sequence", name="uq_audit_event_lane_sequence"),
        Index("ix_audit_event_user_id", "user_id", "recorded_at"),
        Index("ix_audit_event_target", "target_type", "target_id"),
        Index("ix_audit_event_action", "action", "recorded_at"),
        {"schema": "ops"},
    )


class AuditChain(Model):
    """Where each lane of the chain ends; the services' roles can neither read nor write it."""

    __tablename__ = "audit_chain"

    lane: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_sequence: Mapped[int]
    last_hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = ({"schema": "ops"},)
