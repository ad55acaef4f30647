from datetime import date

from dashboards.answers.base import Answer, Compared


class Dashboard(Compared):
    total_tickets: int
    open_tickets: int
    unassigned_tickets: int
    completed_tickets: int
    on_hold_tickets: int
    sla_compliance_rate: float | None
    sla_breached: int
    sla_at_risk: int
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    avg_first_response_hours: float | None


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


class Trends(Compared):
    """What moved is told of the summary: `change` has `total_created`, not `summary.total_created`."""

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


class Sla(Compared):
    total_with_sla: int
    overall_compliance_rate: float | None
    sla_compliance: list[SlaGroup]


class StatusCount(Answer):
    status: str
    count: int
    percentage: float | None


class StatusCounts(Answer):
    status_summary: list[StatusCount]


class Statuses(Compared, StatusCounts):
    total_tickets: int
    previous: StatusCounts | None = None


class PriorityCount(Answer):
    priority: str
    count: int
    percentage: float | None
    avg_resolution_hours: float | None
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    resolutions: int


class PriorityCounts(Answer):
    priority_distribution: list[PriorityCount]


class Priorities(Compared, PriorityCounts):
    total_tickets: int
    previous: PriorityCounts | None = None


class AgeCount(Answer):
    age_bucket: str
    count: int
    percentage: float | None


class AgeCounts(Answer):
    ticket_age: list[AgeCount]


class Ages(Compared, AgeCounts):
    total_tickets: int
    previous: AgeCounts | None = None
