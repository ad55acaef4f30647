"""What is told of the risk that an SLA is breached."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import Filters, ForecastModel, Published, Rows
from api.insights.risks.enums import RiskLevel, RiskMethod


class RiskFactor(BaseModel):
    feature: str
    value: float | None
    effect: float = Field(description="By how much it raises the log-odds of a breach above the usual")


class TicketRisk(BaseModel):
    task_id: int
    ticket_number: str
    subject: str
    priority: str
    workflow: str
    current_step: str | None
    status: str
    risk_score: int | None = Field(description="Points of the rules, or percent by the model; null when late")
    risk_level: RiskLevel | None = Field(description="high from 70, medium from 40")
    is_breached: bool
    risk_factors: list[str] | list[RiskFactor] | None
    breach_probability: float | None = Field(description="By the served model, when it was asked last")
    may_breach: bool | None = Field(description="A breach is in the set that holds the truth 9 times in 10")
    may_be_met: bool | None = Field(description="Being in time is in that set")
    target_resolution: dt.datetime | None
    hours_remaining: float | None = Field(description="On the SLA clock; negative when late")
    elapsed_ratio: float | None
    expected_hours: float | None = Field(description="Until it is resolved, by the served model")
    expected_hours_lower_80: float | None
    expected_hours_upper_80: float | None
    expected_hours_lower_90: float | None
    expected_hours_upper_90: float | None
    predicted_at: dt.datetime | None = Field(description="When the models were asked of it last")
    created_at: dt.datetime
    department: str
    assignee: str | None


class RiskSummary(BaseModel):
    total_open_tasks: int
    breached_count: int = Field(description="Late already, and so no risk any more")
    unscored_count: int = Field(description="Not late, and without a score by this method")
    high_risk_count: int
    medium_risk_count: int
    low_risk_count: int
    above_threshold_count: int


class RiskDistribution(BaseModel):
    """Percent of the tickets that have a score."""

    high: float | None
    medium: float | None
    low: float | None


class RiskForecast(Published):
    forecast_type: str
    filters: Filters
    method: RiskMethod
    risk_threshold: int
    summary: RiskSummary
    risk_distribution: RiskDistribution
    at_risk_tasks: list[TicketRisk] = Field(description="From the threshold on, at most 50, highest first")
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(description="Figures on two months the model had not seen")
    warnings: list[str]
    fallback: bool


class TicketRisks(Rows[TicketRisk]):
    """Open tickets with what is told of their SLA."""
