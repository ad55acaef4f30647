"""What each operational insight may be asked."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from api.insights.answers.queries import Name, SlaStatusName, TicketFilters, lower
from api.insights.operational.enums import AnomalyMetric
from api.kit.schemas import QueryId
from api.tasks.enums import TaskStatus

MAX_ANOMALY_DAYS = 90
MAX_RISK_ROWS = 100

Ratio = Annotated[Decimal, Field(gt=0, le=1, allow_inf_nan=False)]
Hours = Annotated[Decimal, Field(ge=0, le=8760, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3650)]
OpenStatus = Annotated[TaskStatus, BeforeValidator(lower)]


class OpenTicketFilters(TicketFilters):
    source: Name | None = None


class WorkloadQuery(BaseModel):
    role: Name | None = None


class SlaRiskQuery(OpenTicketFilters):
    """At risk is a ticket in time of which a share of the time has run, or that has few hours left.

    Asked for both, a ticket must meet both; asked for hours alone, the share does not matter.
    """

    at_risk_ratio: Ratio | None = None
    within_hours: Hours | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_RISK_ROWS)] = 20


class OpenRowsQuery(OpenTicketFilters):
    """Open tickets, narrowed by what an alert is about; hours are working hours left of tickets in time."""

    status: OpenStatus | None = None
    sla_status: SlaStatusName | None = None
    at_risk_ratio: Ratio | None = None
    within_hours: Hours | None = None
    beyond_hours: Hours | None = None
    quiet_days: Days | None = None
    older_than_days: Days | None = None


class AnomaliesQuery(BaseModel):
    days: Annotated[int, Field(ge=1, le=MAX_ANOMALY_DAYS)] = 7
    metric: Annotated[AnomalyMetric | None, BeforeValidator(lower)] = None
    category: Name | None = None
    user_id: QueryId | None = None


class NoQuery(BaseModel):
    """An answer that is not narrowed."""
