"""The part of each API answer that a page shows; the contract describes the whole."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Tokens(Answer):
    access_token: str
    refresh_token: str


class Published(Answer):
    """The head of every analytics answer: which publication it was read from."""

    publication_id: int
    data_as_of: datetime


class Dashboard(Published):
    total_tickets: int
    open_tickets: int
    unassigned_tickets: int
    completed_tickets: int
    sla_compliance_rate: float | None
    sla_breached: int
    sla_at_risk: int
    median_resolution_hours: float | None
    avg_first_response_hours: float | None


class Carrier(Answer):
    answer: str
    field: str


class Metric(Answer):
    """What a number means, as the catalogue of metrics tells it."""

    formula: str
    error_percent: float
    carried_by: list[Carrier]

    def meaning(self) -> str:
        accuracy = f" Within {self.error_percent:g} %." if self.error_percent else ""
        return f"{self.formula}{accuracy}"


class Metrics(Answer):
    results: list[Metric]


class TrendPoint(Answer):
    date: date
    created: int
    resolved: int
    backlog: int


class TrendSummary(Answer):
    total_created: int
    total_resolved: int
    net: int


class DateRange(Answer):
    start_date: date | None
    end_date: date | None


class Trends(Published):
    date_range: DateRange
    granularity: str
    summary: TrendSummary
    trends: list[TrendPoint]


class SlaGroup(Answer):
    """Counts of one group; the one of the first five that the question grouped by is given."""

    priority: str | None = None
    department: str | None = None
    category: str | None = None
    workflow_id: int | None = None
    workflow_name: str | None = None
    total_tasks: int
    sla_met: int
    sla_breached: int
    on_track: int
    at_risk: int
    no_sla: int
    compliance_rate: float | None


class Sla(Published):
    total_with_sla: int
    overall_compliance_rate: float | None
    sla_compliance: list[SlaGroup]


class StatusCount(Answer):
    status: str
    count: int
    percentage: float | None


class Statuses(Published):
    total_tickets: int
    status_summary: list[StatusCount]


class AgeCount(Answer):
    age_bucket: str
    count: int
    percentage: float | None


class Ages(Published):
    total_tickets: int
    ticket_age: list[AgeCount]


@dataclass(frozen=True)
class Overview:
    """One publication's numbers for one set of filters."""

    dashboard: Dashboard
    trends: Trends
    sla: Sla
    statuses: Statuses
    ages: Ages


class HistoryPoint(Answer):
    date: date
    count: int


class ForecastPoint(Answer):
    date: date
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class ForecastSummary(Answer):
    confidence_level: float


class ForecastModel(Answer):
    name: str
    train_start: date | None
    train_end: date | None


class ForecastQuality(Answer):
    """How the served model did in backtests; the coverage of each band under its level, as "0.95"."""

    wape: float | None = None
    horizon_days: int | None = None
    coverage: dict[str, float] = Field(default_factory=dict)
    coverage_days: int = 0


class VolumeForecast(Published):
    granularity: str
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: ForecastQuality | None
    warnings: list[str]
    fallback: bool
