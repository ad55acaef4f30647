"""What the endpoints about tickets answer."""

import datetime as dt
from typing import Generic

from pydantic import BaseModel, Field

from api.insights.answers.enums import Granularity, SlaStatus
from api.insights.answers.schemas import ComparedAnswer, Row, Rows, Share, TicketRow
from api.insights.tickets.enums import AgeBucket, Basis, GroupBy, Scope
from api.tasks.enums import SlaSource, TaskStatus
from api.tickets.enums import Priority, TicketStatus

AS_OF = "Instant whose states are told; null where they are those of data_as_of"


class States(ComparedAnswer):
    as_of: dt.datetime | None = Field(description=AS_OF)


class Dashboard(States):
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
    p90_resolution_hours: float | None = Field(description="Within 1 % of the one of rank ceil(0.9 n)")
    p95_resolution_hours: float | None = Field(description="Within 1 % of the one of rank ceil(0.95 n)")
    resolutions: int = Field(description="Tickets whose resolution was recorded: what the hours are of")
    avg_first_response_hours: float | None
    median_first_response_hours: float | None
    p90_first_response_hours: float | None
    first_responses: int = Field(description="Tickets with a first response")


class StatusShare(Share):
    status: TaskStatus | TicketStatus


class StatusSummary(States):
    basis: Basis
    total_tickets: int
    status_summary: list[StatusShare]


class Resolutions(BaseModel):
    """How long the tickets of a group took, and how many of them that is told of."""

    avg_resolution_hours: float | None
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    resolutions: int


class PriorityShare(Resolutions, Share):
    priority: Priority


class PriorityDistribution(States):
    total_tickets: int
    priority_distribution: list[PriorityShare]


class AgeShare(Share):
    age_bucket: AgeBucket


class AgeDistribution(States):
    scope: Scope
    total_tickets: int
    ticket_age: list[AgeShare]


class SlaGroup(Resolutions):
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


class SlaCompliance(States):
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


class Trends(ComparedAnswer):
    granularity: Granularity
    time_period_days: int
    summary: TrendSummary
    trends: list[TrendPoint]


class PriorityRow(TicketRow):
    target_resolution: dt.datetime | None
    sla_status: SlaStatus


class StatusRow(PriorityRow):
    department: str
    category: str
    sub_category: str
    current_step: str | None
    resolution_time: dt.datetime | None
    net_resolution_hours: float | None = Field(
        description="From creation to the last resolution, less the time on hold; null without a recorded one"
    )
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


class StateRows(Rows[Row], Generic[Row]):
    as_of: dt.datetime | None = Field(description=AS_OF)


class StatusRows(StateRows[StatusRow]):
    pass


class PriorityRows(StateRows[PriorityRow]):
    pass


class AgeRows(StateRows[AgeRow]):
    pass


class SlaRows(StateRows[SlaRow]):
    pass
