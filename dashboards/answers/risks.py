"""Open tickets by the risk that their SLA is breached."""

from datetime import datetime

from pydantic import Field

from dashboards.answers.base import Answer, Published


class RiskFactor(Answer):
    """What a model holds for or against a ticket; above 0 it raises the risk."""

    feature: str
    value: float | None
    effect: float


class TicketRisk(Answer):
    task_id: int
    ticket_number: str
    subject: str
    priority: str
    workflow: str
    current_step: str | None
    risk_score: int | None
    risk_level: str | None
    risk_factors: list[str] | list[RiskFactor] | None
    target_resolution: datetime | None
    hours_remaining: float | None
    expected_hours: float | None
    assignee: str | None


class RiskSummary(Answer):
    total_open_tasks: int
    breached_count: int
    unscored_count: int
    high_risk_count: int
    medium_risk_count: int
    low_risk_count: int


class Hit(Answer):
    precision: float | None = None


class RiskQuality(Answer):
    """Of a model, on tickets that it had not seen."""

    auc: float | None = None
    thresholds: dict[str, Hit] = Field(default_factory=dict)


class RiskModel(Answer):
    name: str


class RiskForecast(Published):
    """By the method `model` without a `model`, there is none that is served."""

    method: str
    model: RiskModel | None
    summary: RiskSummary
    at_risk_tasks: list[TicketRisk]
    quality: RiskQuality | None
    warnings: list[str]
