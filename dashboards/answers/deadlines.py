"""Open tickets by how near they are to their target."""

from datetime import datetime

from dashboards.answers.base import Answer, Published


class RiskSummary(Answer):
    total_with_sla: int
    breached_count: int
    at_risk_count: int
    critical_count: int
    healthy_count: int


class Risk(Answer):
    """Hours are working hours of the ticket's calendar, negative when late."""

    task_id: int
    ticket_number: str
    subject: str
    priority: str
    workflow: str
    current_step: str | None
    status: str
    is_critical: bool
    target_resolution: datetime
    hours_remaining: float
    elapsed_ratio: float | None
    assignee: str | None


class SlaRisk(Published):
    summary: RiskSummary
    breached: list[Risk]
    at_risk: list[Risk]
