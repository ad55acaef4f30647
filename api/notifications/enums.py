from enum import StrEnum


class NotificationType(StrEnum):
    TASK_ASSIGNMENT = "task_assignment"
    TASK_TRANSFER_OUT = "task_transfer_out"
    TASK_TRANSFER_IN = "task_transfer_in"
    TASK_ESCALATION = "task_escalation"
    TASK_COMPLETED = "task_completed"
    TASK_STATUS_UPDATE = "task_status_update"
    TICKET_OWNER = "ticket_owner"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_CLOSED = "ticket_closed"
    TICKET_REOPENED = "ticket_reopened"
    SLA_WARNING = "sla_warning"
    SLA_BREACH = "sla_breach"
    WORKFLOW_STEP_CHANGE = "workflow_step_change"
    COMMENT_ADDED = "comment_added"
    MENTION = "mention"
    SYSTEM = "system"
    DIGEST = "digest"
    DESK_DIGEST = "desk_digest"


class Channel(StrEnum):
    """Where a notification is seen or sent. In-app is the record itself and needs no delivery."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"
    LOG = "log"


class DeliveryStatus(StrEnum):
    """`pending` waits for its next attempt, `retrying` is at one, `failed` has none left."""

    PENDING = "pending"
    RETRYING = "retrying"
    FAILED = "failed"
    SUCCESS = "success"


class DigestPeriod(StrEnum):
    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"
