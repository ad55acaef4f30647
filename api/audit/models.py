from typing import Any

from sqlalchemy import Index, String, Text
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

    __table_args__ = (
        Index("ix_audit_event_user_id", "user_id", "recorded_at"),
        Index("ix_audit_event_target", "target_type", "target_id"),
        Index("ix_audit_event_action", "action", "recorded_at"),
        {"schema": "ops"},
    )
