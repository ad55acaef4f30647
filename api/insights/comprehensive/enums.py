from enum import StrEnum


class Section(StrEnum):
    VOLUME = "volume"
    RESOLUTION = "resolution"
    CATEGORY = "category"
    SLA_RISK = "sla_risk"
    WORKLOAD = "workload"


class RecommendationType(StrEnum):
    CAPACITY = "capacity"
    SLA = "sla"
    EFFICIENCY = "efficiency"
    GENERAL = "general"


class Urgency(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
