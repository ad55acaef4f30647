from enum import StrEnum


class TicketStatus(StrEnum):
    NEW = "New"
    OPEN = "Open"
    IN_PROGRESS = "In Progress"
    ON_HOLD = "On Hold"
    PENDING = "Pending"
    PENDING_EXTERNAL = "Pending External"
    RESOLVED = "Resolved"
    REJECTED = "Rejected"
    WITHDRAWN = "Withdrawn"
    CLOSED = "Closed"


class Priority(StrEnum):
    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


class TicketEventKind(StrEnum):
    """Which attribute of a ticket an event moved."""

    CREATED = "created"
    STATUS_CHANGED = "status_changed"
    PRIORITY_CHANGED = "priority_changed"
    CATEGORY_CHANGED = "category_changed"
    SUB_CATEGORY_CHANGED = "sub_category_changed"
    DEPARTMENT_CHANGED = "department_changed"
    GROUP_CHANGED = "group_changed"
    ASSIGNEE_CHANGED = "assignee_changed"
