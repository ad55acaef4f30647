"""What to act on: alerts and the score they come to, unusual days, and the parts of the service."""

from datetime import date
from typing import Any

from pydantic import Field

from dashboards.answers.base import Answer, Published


class AlertSummary(Answer):
    total_alerts: int
    critical_count: int
    warning_count: int
    info_count: int


class AffectedTask(Answer):
    task_id: int
    ticket_number: str
    hours_remaining: float


class Alert(Answer):
    """`user_id` is there where the alert is about a person, who is named in its title then."""

    category: str
    severity: str
    title: str
    message: str
    recommendation: str
    drilldown: str | None
    user_id: int | None = None
    affected_tasks: list[AffectedTask] | None = None


class HealthPart(Answer):
    """What the alerts of one type take off a score of 100."""

    type: str
    critical_count: int
    warning_count: int
    info_count: int
    points: int


class Operational(Published):
    health_score: int
    components: list[HealthPart]
    summary: AlertSummary
    alerts: list[Alert]


class DailyVolume(Answer):
    """From `lower` to `upper` it would be usual; of a holiday nothing is expected."""

    date: date
    count: int
    is_holiday: bool
    expected: float | None
    lower: float | None
    upper: float | None


class Anomaly(Answer):
    metric: str
    dimension: str | None
    user_id: int | None
    severity: str
    date: date
    value: int
    expected: float
    lower: float
    upper: float
    deviation: float
    description: str
    drilldown: str | None


class Anomalies(Published):
    analysis_period_days: int
    daily_volumes: list[DailyVolume]
    anomalies: list[Anomaly]
    warnings: list[str]


class ServiceHealth(Published):
    """Each part has at least a `status`."""

    health_status: str
    reasons: list[str]
    components: dict[str, dict[str, Any]] = Field(default_factory=dict)
