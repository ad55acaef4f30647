from enum import StrEnum


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class AlertType(StrEnum):
    WORKLOAD = "workload"
    SLA = "sla"
    PERFORMANCE = "performance"
    ANOMALY = "anomaly"
    QUEUE = "queue"


class AlertCode(StrEnum):
    AGENT_OVERLOAD = "agent_overload"
    WORKLOAD_IMBALANCE = "workload_imbalance"
    SLA_BREACH = "sla_breach"
    SLA_CRITICAL = "sla_critical"
    SLA_WARNING = "sla_warning"
    SLA_COMPLIANCE = "sla_compliance"
    RESOLUTION_TIME = "resolution_time"
    ESCALATION_RATE = "escalation_rate"
    TRANSFER_RATE = "transfer_rate"
    STALE_TICKETS = "stale_tickets"
    AGING_TICKETS = "aging_tickets"
    VOLUME_SPIKE = "volume_spike"
    QUEUE_BACKLOG = "queue_backlog"
    WORKFLOW_BACKLOG = "workflow_backlog"


class AnomalyMetric(StrEnum):
    VOLUME = "volume"
    CATEGORY = "category"
    USER = "user"
    ESCALATION = "escalation"
    STALE = "stale"


class AnomalyMethod(StrEnum):
    FORECAST = "forecast"
    WEEKDAY_MEDIAN = "weekday_median"


class Health(StrEnum):
    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"


class ComponentStatus(StrEnum):
    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
