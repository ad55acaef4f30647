from enum import StrEnum


class RiskMethod(StrEnum):
    RULES = "rules"
    MODEL = "model"


class RiskLevel(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
