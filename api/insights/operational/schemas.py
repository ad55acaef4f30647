"""Answers of the operational insights."""

import datetime as dt

from pydantic import BaseModel

from api.insights.answers.enums import SlaStatus
from api.insights.answers.schemas import Answer, Published, Rows, TicketRow
from api.insights.operational.enums import (
    AlertCode,
    AlertType,
    AnomalyMethod,
    AnomalyMetric,
    Severity,
)
from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority

Thresholds = dict[str, float]


class AlertSummary(BaseModel):
    total_alerts: int
    critical_count: int
    warning_count: int
    info_count: int


class CriticalTask(BaseModel):
    task_id: int
    ticket_number: str
    hours_remaining: float
    priority: Priority


class Alert(BaseModel):
    """What is wrong, how wrong, and where its rows are; the last fields are there where they apply."""

    code: AlertCode
    type: AlertType
    category: str
    severity: Severity
    title: str
    message: str
    value: float
    threshold: float
    recommendation: str
    drilldown: str | None
    user_id: int | None = None
    user_name: str | None = None
    workflow_id: int | None = None
    workflow_name: str | None = None
    affected_tasks: list[CriticalTask] | None = None


class HealthComponent(BaseModel):
    """The points that alerts of one type take off a score of 100."""

    type: AlertType
    critical_count: int
    warning_count: int
    info_count: int
    points: int


class Operational(Answer):
    health_score: int
    components: list[HealthComponent]
    summary: AlertSummary
    alerts: list[Alert]
    thresholds: Thresholds


class WorkloadSummary(BaseModel):
    total_agents: int
    total_active_tasks: int
    total_assigned_tasks: int
    avg_tasks_per_agent: float | None
    overloaded_agents: int
    overdue_items: int


class AgentRole(BaseModel):
    role: str
    is_member: bool
    total_assigned: int
    active_tasks: int
    overdue_items: int


class AgentLoad(BaseModel):
    user_id: int
    user_name: str
    is_active: bool
    total_assigned: int
    active_tasks: int
    overdue_items: int
    completed_tasks: int
    system_assigned: int
    transferred: int
    escalated: int
    capacity: int
    utilization: float
    is_overloaded: bool
    by_role: list[AgentRole]


class RoleLoad(BaseModel):
    role: str
    agents: int
    active_tasks: int
    overdue_items: int
    capacity: int
    utilization: float | None


class Workload(Published):
    summary: WorkloadSummary
    workloads: list[AgentLoad]
    by_role: list[RoleLoad]
    thresholds: Thresholds


class RiskSummary(BaseModel):
    total_with_sla: int
    breached_count: int
    at_risk_count: int
    critical_count: int
    healthy_count: int


class RiskRow(BaseModel):
    task_id: int
    ticket_number: str
    subject: str
    priority: Priority
    workflow: str
    workflow_id: int
    current_step: str | None
    status: TaskStatus
    sla_status: SlaStatus
    is_critical: bool
    target_resolution: dt.datetime
    hours_remaining: float
    elapsed_ratio: float | None
    created_at: dt.datetime
    assignee_id: int | None
    assignee: str | None
    owner_id: int | None
    owner: str | None


class LateRow(RiskRow):
    overdue_hours: float


class SlaRisk(Answer):
    at_risk_ratio: float | None
    within_hours: float | None
    summary: RiskSummary
    breached: list[LateRow]
    at_risk: list[RiskRow]
    healthy_count: int


class OpenRow(TicketRow):
    workflow_id: int
    department: str
    category: str
    current_step: str | None
    assignee_id: int | None
    assignee: str | None
    owner_id: int | None
    owner: str | None
    sla_status: SlaStatus
    is_critical: bool
    target_resolution: dt.datetime | None
    elapsed_ratio: float | None
    hours_remaining: float | None
    last_activity_at: dt.datetime


OpenRows = Rows[OpenRow]


class DailyVolume(BaseModel):
    """From `lower` to `upper` it would be usual; of a holiday nothing is expected."""

    date: dt.date
    count: int
    is_holiday: bool
    method: AnomalyMethod | None
    expected: float | None
    lower: float | None
    upper: float | None


class Anomaly(BaseModel):
    """A day unlike what was expected of it; from `lower` to `upper` it would be none.

    `false_alarms_per_week` tells how often the four weeks up to it had something else as unusual.
    """

    type: AnomalyMetric
    metric: AnomalyMetric
    dimension: str | None
    user_id: int | None
    severity: Severity
    date: dt.date
    value: int
    method: AnomalyMethod
    expected: float
    lower: float
    upper: float
    deviation: float
    false_alarms_per_week: float | None
    description: str
    drilldown: str | None


class Anomalies(Published):
    analysis_period_days: int
    daily_volumes: list[DailyVolume]
    anomalies: list[Anomaly]
    anomaly_count: int
    warnings: list[str]
    thresholds: Thresholds
