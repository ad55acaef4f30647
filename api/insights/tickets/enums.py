from enum import StrEnum


class AgeBucket(StrEnum):
    UP_TO_1_DAY = "0-1 days"
    UP_TO_7_DAYS = "1-7 days"
    UP_TO_30_DAYS = "7-30 days"
    UP_TO_90_DAYS = "30-90 days"
    OVER_90_DAYS = "90+ days"


class Scope(StrEnum):
    OPEN = "open"
    ALL = "all"


class GroupBy(StrEnum):
    PRIORITY = "priority"
    WORKFLOW = "workflow"
    DEPARTMENT = "department"
    CATEGORY = "category"


class Basis(StrEnum):
    """What is counted: the tasks, or the tickets as they were handed in."""

    TASK = "task"
    TICKET = "ticket"
