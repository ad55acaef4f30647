from enum import IntEnum, StrEnum


class PolicyPriority(StrEnum):
    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


class SlaLevel(IntEnum):
    """How far a task's clock was seen to have run: 80 %, 90 % and all of its time."""

    NONE = 0
    WARNING = 1
    CRITICAL = 2
    BREACH = 3
