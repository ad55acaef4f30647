from enum import StrEnum


class VisitOutcome(StrEnum):
    """How a visit of a step ended: the work went on or was done, went back, was called off, or goes on."""

    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    OPEN = "open"


class VisitDirection(StrEnum):
    """What became of the ticket when it left a step."""

    FORWARD = "forward"
    BACKWARD = "backward"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    OPEN = "open"


class LogFormat(StrEnum):
    CSV = "csv"
    XES = "xes"
