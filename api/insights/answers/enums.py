from enum import StrEnum


class SlaStatus(StrEnum):
    NO_SLA = "no_sla"
    MET = "met"
    BREACHED = "breached"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"


class Granularity(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Comparison(StrEnum):
    PREVIOUS = "previous"
