from enum import StrEnum


class AnnotationKind(StrEnum):
    RELEASE = "release"
    OUTAGE = "outage"
    POLICY_CHANGE = "policy_change"
    OTHER = "other"
