from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.kit.models import CreatedAt, IdentityKey, Model, UpdatedAt, one_of
from api.workflows.enums import EndLogic, WorkflowStatus

_SLA_FASTEST_FIRST = ("urgent_sla", "high_sla", "medium_sla", "low_sla")
# Every configured pair is compared: with `high` missing, `urgent` must still be below `medium`.
_SLA_ORDER = " and ".join(
    f"({faster} is null or {slower} is null or {faster} < {slower})"
    for faster, slower in combinations(_SLA_FASTEST_FIRST, 2)
)


class Workflow(Model):
    __tablename__ = "workflow"

    workflow_id: Mapped[IdentityKey]
    created_by: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(String(256), server_default=text("''"))
    category: Mapped[str] = mapped_column(String(64))
    sub_category: Mapped[str] = mapped_column(String(64))
    department: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16), server_default=text("'draft'"))
    end_logic: Mapped[str] = mapped_column(String(16), server_default=text("'none'"))
    low_sla: Mapped[timedelta | None]
    medium_sla: Mapped[timedelta | None]
    high_sla: Mapped[timedelta | None]
    urgent_sla: Mapped[timedelta | None]
    # None is around the clock.
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("ops.calendar.calendar_id"))
    has_unpublished_changes: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    steps: Mapped[list["Step"]] = relationship(
        lazy="raise", order_by="Step.sort_order, Step.step_id", viewonly=True
    )
    transitions: Mapped[list["StepTransition"]] = relationship(
        lazy="raise", order_by="StepTransition.transition_id", viewonly=True
    )
    versions: Mapped[list["WorkflowVersion"]] = relationship(
        lazy="raise", order_by="WorkflowVersion.version", viewonly=True
    )

    __table_args__ = (
        one_of("status", WorkflowStatus),
        one_of("end_logic", EndLogic),
        CheckConstraint(_SLA_ORDER, name="sla_order"),
        CheckConstraint("urgent_sla > interval '0' and low_sla > interval '0'", name="sla_positive"),
        Index("uq_workflow_name", func.lower(name), unique=True),
        # Two live workflows for one kind of ticket would make matching a coin toss.
        Index(
            "uq_workflow_match",
            func.lower(department),
            func.lower(category),
            func.lower(sub_category),
            unique=True,
            postgresql_where=text("status = 'initialized'"),
        ),
        {"schema": "ops"},
    )


class WorkflowVersion(Model):
    """A frozen graph. Immutable but for `is_active` (a trigger sees to it)."""

    __tablename__ = "workflow_version"

    workflow_version_id: Mapped[IdentityKey]
    workflow_id: Mapped[int] = mapped_column(ForeignKey("ops.workflow.workflow_id"))
    version: Mapped[int]
    definition: Mapped[dict[str, Any]]
    definition_hash: Mapped[str] = mapped_column(String(64))
    notes: Mapped[str] = mapped_column(String(2000), server_default=text("''"))
    created_by: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("workflow_id", "version"),
        Index("uq_workflow_version_active", "workflow_id", unique=True, postgresql_where=text("is_active")),
        {"schema": "ops"},
    )


class Step(Model):
    """A node of the working graph; soft-deleted, because versions and history keep naming it."""

    __tablename__ = "step"

    step_id: Mapped[IdentityKey]
    workflow_id: Mapped[int] = mapped_column(ForeignKey("ops.workflow.workflow_id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("ops.role.role_id"), index=True)
    escalate_to_role_id: Mapped[int | None] = mapped_column(ForeignKey("ops.role.role_id"))
    name: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(String(256), server_default=text("''"))
    instruction: Mapped[str] = mapped_column(Text, server_default=text("''"))
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 3), server_default=text("0.5"))
    design: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    is_start: Mapped[bool] = mapped_column(server_default=text("false"))
    is_end: Mapped[bool] = mapped_column(server_default=text("false"))
    # Whether a breach of the SLA at this step passes it on to `escalate_to` by itself.
    auto_escalate: Mapped[bool] = mapped_column(server_default=text("false"))
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("weight >= 0 and weight < 100", name="weight_range"),
        UniqueConstraint("workflow_id", "step_id"),
        Index("ix_step_workflow_order", "workflow_id", "sort_order"),
        Index(
            "uq_step_start",
            "workflow_id",
            unique=True,
            postgresql_where=text("is_start and deleted_at is null"),
        ),
        {"schema": "ops"},
    )


class StepTransition(Model):
    """An edge; the composite keys make it impossible to join steps of two workflows."""

    __tablename__ = "step_transition"

    transition_id: Mapped[IdentityKey]
    workflow_id: Mapped[int] = mapped_column(ForeignKey("ops.workflow.workflow_id"), index=True)
    from_step_id: Mapped[int] = mapped_column(index=True)
    to_step_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(64), server_default=text("''"))
    design: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("from_step_id <> to_step_id", name="no_self_loop"),
        ForeignKeyConstraint(
            ["workflow_id", "from_step_id"], ["ops.step.workflow_id", "ops.step.step_id"], name="fk_from_step"
        ),
        ForeignKeyConstraint(
            ["workflow_id", "to_step_id"], ["ops.step.workflow_id", "ops.step.step_id"], name="fk_to_step"
        ),
        Index(
            "uq_step_transition_live",
            "from_step_id",
            "to_step_id",
            func.lower(name),
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
        {"schema": "ops"},
    )
