"""The answer of service health."""

import datetime as dt

from pydantic import BaseModel

from api.insights.operational.enums import ComponentStatus, Health
from api.insights.operational.schemas import Thresholds


class HealthMetrics(BaseModel):
    total_tasks: int
    pending: int
    in_progress: int
    completed: int
    sla_compliance_rate: float | None
    sla_at_risk: int
    completion_rate: float | None


class DatabaseHealth(BaseModel):
    status: ComponentStatus


class Waiting(BaseModel):
    """Undelivered events: those on their way, those given up, and the age of the oldest on its way."""

    status: ComponentStatus
    pending: int
    failed: int
    oldest_seconds: int | None


class TicketServiceHealth(BaseModel):
    status: ComponentStatus
    to_workflow_api: Waiting
    to_ticket_service: Waiting


class RoleSyncHealth(BaseModel):
    """Parked words are of members whose role is not known yet."""

    status: ComponentStatus
    last_event_at: dt.datetime | None
    parked: int
    oldest_parked_seconds: int | None


class FailedRun(BaseModel):
    run_id: str
    job_name: str
    failed_at: dt.datetime
    failures: list[str]


class FailedCheck(BaseModel):
    asset: str
    check: str
    severity: str


class PipelineHealth(BaseModel):
    """The last good publication; `last_failure` is there when a run failed since."""

    status: ComponentStatus
    publication_id: int
    published_at: dt.datetime
    run_id: str
    age_seconds: int
    oldest_unpublished_seconds: int | None
    checks_passed: int
    checks_failed: list[FailedCheck]
    last_failure: FailedRun | None


class ModelHealth(BaseModel):
    status: ComponentStatus
    trained_at: dt.datetime | None
    champion: str | None
    fallback: bool | None
    wape: float | None
    stale: bool


class QueueHealth(BaseModel):
    status: ComponentStatus
    ready: int
    scheduled: int
    running: int
    failed: int
    oldest_ready_seconds: int | None


class HealthComponents(BaseModel):
    database: DatabaseHealth
    ticket_service: TicketServiceHealth
    notification_outbox: Waiting
    role_sync: RoleSyncHealth
    dagster: PipelineHealth
    forecast_models: ModelHealth
    queue: QueueHealth


class ServiceHealth(BaseModel):
    generated_at: dt.datetime
    data_as_of: dt.datetime
    publication_id: int
    health_status: Health
    reasons: list[str]
    metrics: HealthMetrics
    components: HealthComponents
    thresholds: Thresholds
