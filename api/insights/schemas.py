"""What the endpoints answer, for readers of the documentation: PostgreSQL renders the bytes."""

import datetime as dt
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from api.insights.enums import AgeBucket, ForecastGranularity, Granularity, GroupBy, Scope, SlaStatus
from api.tasks.enums import SlaSource, TaskStatus
from api.tickets.enums import Priority

Row = TypeVar("Row", bound=BaseModel)
Filters = dict[str, str | int]


class DateRange(BaseModel):
    start_date: dt.date | None
    end_date: dt.date | None


class Published(BaseModel):
    """Where the numbers come from: the publication, and the instant they are true at."""

    generated_at: dt.datetime
    data_as_of: dt.datetime
    publication_id: int


class Answer(Published):
    date_range: DateRange


class Share(BaseModel):
    count: int
    percentage: float | None


class Dashboard(Answer):
    total_tickets: int
    completed_tickets: int
    pending_tickets: int
    in_progress_tickets: int
    on_hold_tickets: int
    cancelled_tickets: int
    open_tickets: int
    unassigned_tickets: int
    sla_compliance_rate: float | None = Field(description="100 · met / (met + breached)")
    sla_breached: int
    sla_at_risk: int
    total_users: int
    total_workflows: int
    escalation_rate: float | None
    transfer_rate: float | None
    avg_resolution_hours: float | None
    median_resolution_hours: float | None = Field(description="Within 1 % of the exact median")
    avg_first_response_hours: float | None


class StatusShare(Share):
    status: TaskStatus


class StatusSummary(Answer):
    total_tickets: int
    status_summary: list[StatusShare]


class PriorityShare(Share):
    priority: Priority
    avg_resolution_hours: float | None


class PriorityDistribution(Answer):
    total_tickets: int
    priority_distribution: list[PriorityShare]


class AgeShare(Share):
    age_bucket: AgeBucket


class AgeDistribution(Answer):
    scope: Scope
    total_tickets: int
    ticket_age: list[AgeShare]


class SlaGroup(BaseModel):
    """Carries the field of its grouping, and `workflow_name` beside `workflow_id`."""

    priority: Priority | None = None
    workflow_id: int | None = None
    workflow_name: str | None = None
    department: str | None = None
    category: str | None = None
    total_tasks: int
    sla_met: int
    sla_breached: int
    on_track: int
    at_risk: int
    no_sla: int
    compliance_rate: float | None
    avg_resolution_hours: float | None


class SlaCompliance(Answer):
    group_by: GroupBy
    total_with_sla: int
    overall_compliance_rate: float | None
    sla_compliance: list[SlaGroup]


class TrendSummary(BaseModel):
    total_created: int
    total_resolved: int
    net: int


class TrendPoint(BaseModel):
    date: dt.date = Field(description="First day of the day, week (Monday) or month")
    created: int
    resolved: int
    backlog: int = Field(description="Open at the end of the period")


class Trends(Answer):
    granularity: Granularity
    time_period_days: int
    summary: TrendSummary
    trends: list[TrendPoint]


class Rows(Answer, Generic[Row]):
    count: int
    next: str | None
    previous: str | None
    results: list[Row]
    filters: Filters


class TicketRow(BaseModel):
    task_id: int
    ticket_number: str
    subject: str
    status: TaskStatus
    priority: Priority
    workflow_name: str
    created_at: dt.datetime


class PriorityRow(TicketRow):
    target_resolution: dt.datetime | None
    sla_status: SlaStatus


class StatusRow(PriorityRow):
    department: str
    category: str
    sub_category: str
    current_step: str | None
    resolution_time: dt.datetime | None
    assigned_users: list[str]


class AgeRow(TicketRow):
    age_bucket: AgeBucket
    age_days: int


class SlaRow(PriorityRow):
    resolution_time: dt.datetime | None
    sla_source: SlaSource
    is_critical: bool
    time_remaining_hours: float | None
    time_overdue_hours: float | None


class StatusRows(Rows[StatusRow]):
    pass


class PriorityRows(Rows[PriorityRow]):
    pass


class AgeRows(Rows[AgeRow]):
    pass


class SlaRows(Rows[SlaRow]):
    pass


class ForecastModelInfo(BaseModel):
    methods: list[str]
    history_days: int
    forecast_periods: int


class ForecastSummary(BaseModel):
    historical_average: float | None
    forecast_average: float | None
    trend_direction: str | None = Field(description="increasing, decreasing, or stable within 5 %")
    confidence_level: float


class HistoryPoint(BaseModel):
    date: dt.date
    count: int


class ForecastPoint(BaseModel):
    date: dt.date
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class ForecastModel(BaseModel):
    name: str
    version: str
    trained_at: dt.datetime
    train_start: dt.date | None
    train_end: dt.date | None
    n_obs: int


class VolumeForecast(Published):
    forecast_type: str
    granularity: ForecastGranularity
    filters: Filters
    model_info: ForecastModelInfo
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(description="Errors in backtests; none for a sum of series")
    warnings: list[str]
    fallback: bool
