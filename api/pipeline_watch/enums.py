from enum import StrEnum


class Watched(StrEnum):
    PUBLICATION = "publication"
    FORECASTS = "forecasts"


class PipelineState(StrEnum):
    """`failing`: a run has ended without publishing since the last one that did. `stale`: too old."""

    HEALTHY = "healthy"
    FAILING = "failing"
    STALE = "stale"
