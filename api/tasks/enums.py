from enum import StrEnum


class TaskStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    PENDING_EXTERNAL = "pending_external"


OPEN_TASK_STATUSES = frozenset(
    {TaskStatus.PENDING, TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD, TaskStatus.PENDING_EXTERNAL}
)


class ItemStatus(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"
    BREACHED = "breached"


class ItemOrigin(StrEnum):
    SYSTEM = "System"
    TRANSFERRED = "Transferred"
    ESCALATION = "Escalation"


class ItemTab(StrEnum):
    """Whether an item's task and ticket are still worked on."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DELETED = "deleted"


class TaskEventKind(StrEnum):
    CREATED = "created"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    STARTED = "started"
    TRANSITIONED = "transitioned"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"
    HELD = "held"
    RESUMED = "resumed"
    BREACHED = "breached"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    OWNER_CHANGED = "owner_changed"


class SlaSource(StrEnum):
    """Where a task's SLA outcome comes from: a target of ours, or the outcome a log recorded."""

    POLICY = "policy"
    RECORDED = "recorded"
    NONE = "none"
