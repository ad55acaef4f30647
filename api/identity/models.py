from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.identity.enums import UserType
from api.kit.models import CreatedAt, ExternalKey, IdentityKey, Model, UpdatedAt, one_of


class UserAccount(Model):
    """A person known here; one without a password hash cannot sign in locally."""

    __tablename__ = "user_account"

    account_id: Mapped[IdentityKey]
    user_type: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int]
    username: Mapped[str] = mapped_column(String(150))
    email: Mapped[str | None] = mapped_column(String(254))
    full_name: Mapped[str] = mapped_column(String(255))
    department: Mapped[str | None] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        one_of("user_type", UserType),
        UniqueConstraint("user_type", "user_id"),
        Index("uq_user_account_username", func.lower(username), unique=True),
        Index("ix_user_account_disabled", "user_type", "user_id", postgresql_where=text("not is_active")),
        {"schema": "ops"},
    )


class UserSession(Model):
    """What one sign-in began; its end stops the access tokens that were issued in it too."""

    __tablename__ = "user_session"

    session_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ops.user_account.account_id"), index=True)
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_user_session_ended", "ended_at", postgresql_where=text("ended_at is not null")),
        {"schema": "ops"},
    )


class SignInAttempt(Model):
    """Failed sign-ins of one name or address, which is kept as a digest: people type passwords there."""

    __tablename__ = "sign_in_attempt"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime]
    blocked_until: Mapped[datetime]
    trusted_until: Mapped[datetime | None]
    kept_until: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        {"schema": "ops"},
    )


class RefreshToken(Model):
    """One issued refresh token; rotation revokes the old one, reuse of it ends the session."""

    __tablename__ = "refresh_token"

    jti: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ops.user_account.account_id"), index=True)
    family: Mapped[str] = mapped_column(String(64), ForeignKey("ops.user_session.session_id"), index=True)
    issued_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = ({"schema": "ops"},)


class Role(Model):
    __tablename__ = "role"

    role_id: Mapped[ExternalKey]
    name: Mapped[str] = mapped_column(String(64))
    system: Mapped[str] = mapped_column(String(50), server_default=text("'tts'"))
    description: Mapped[str] = mapped_column(String(256), server_default=text("''"))
    is_custom: Mapped[bool] = mapped_column(server_default=text("false"))
    deleted_at: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]
    # When what was last told of it happened; a message about an earlier time says nothing any more.
    last_told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    members: Mapped[list["RoleUser"]] = relationship(back_populates="role", lazy="raise")

    __table_args__ = (
        Index(
            "uq_role_live_name",
            "system",
            func.lower(name),
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
        {"schema": "ops"},
    )


class RoleUser(Model):
    """A person's membership of a role. History hangs on it, so it is never deleted."""

    __tablename__ = "role_user"

    role_user_id: Mapped[IdentityKey]
    role_id: Mapped[int] = mapped_column(ForeignKey("ops.role.role_id"))
    user_id: Mapped[int] = mapped_column(index=True)
    user_full_name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(254))
    department: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    capacity: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    valid_from: Mapped[datetime] = mapped_column(server_default=func.now())
    valid_to: Mapped[datetime | None]
    last_told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    role: Mapped[Role] = relationship(back_populates="members", lazy="raise")

    __table_args__ = (
        UniqueConstraint("role_id", "user_id"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="validity_ordered"),
        CheckConstraint("capacity is null or capacity > 0", name="capacity_positive"),
        {"schema": "ops"},
    )


class RoundRobinCursor(Model):
    """Who was chosen last for a role; locked while the next one is chosen."""

    __tablename__ = "round_robin_cursor"

    role_id: Mapped[int] = mapped_column(ForeignKey("ops.role.role_id"), primary_key=True)
    last_user_id: Mapped[int]

    __table_args__ = ({"schema": "ops"},)


class ParkedMembership(Model):
    """The newest word on a membership of a role that is not known yet; it counts once the role is."""

    __tablename__ = "parked_membership"

    role_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occurred_at: Mapped[datetime]
    message: Mapped[dict[str, Any]]
    parked_at: Mapped[CreatedAt]
    applied_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_parked_membership_waiting", "role_id", postgresql_where=text("applied_at is null")),
        {"schema": "ops"},
    )
