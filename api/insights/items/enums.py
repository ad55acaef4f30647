from enum import StrEnum


class TurnStatus(StrEnum):
    """What an item's status can be at an instant; a breach is noted beside it."""

    NEW = "new"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"


class MoveOrigin(StrEnum):
    """How an item came to its holder from somebody else."""

    TRANSFERRED = "Transferred"
    ESCALATION = "Escalation"


class Ranking(StrEnum):
    """What people are ranked by; the first is the best."""

    RESOLUTION_RATE = "resolution_rate"
    RESOLVED = "resolved"
    SLA_MET_RATE = "sla_met_rate"
    AVG_TIME_TO_ACTION_HOURS = "avg_time_to_action_hours"
    BREACH_RATE = "breach_rate"
