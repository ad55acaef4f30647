from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import IdentityKey, Model

_NUMBER = Numeric(12, 4)


class InsightThreshold(Model):
    """A number that turns a figure into an alert; migrations make the rows, an admin changes the value."""

    __tablename__ = "insight_threshold"

    insight_threshold_id: Mapped[IdentityKey]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[Decimal] = mapped_column(_NUMBER)
    default_value: Mapped[Decimal] = mapped_column(_NUMBER)
    minimum: Mapped[Decimal] = mapped_column(_NUMBER)
    maximum: Mapped[Decimal] = mapped_column(_NUMBER)
    unit: Mapped[str] = mapped_column(String(16))
    description: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    updated_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("value between minimum and maximum", name="value_in_bounds"),
        CheckConstraint("default_value between minimum and maximum", name="default_in_bounds"),
        {"schema": "ops"},
    )
