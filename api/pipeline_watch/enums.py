from enum import StrEnum


class Watched(StrEnum):
    PUBLICATION = "publication"
    FORECASTS = "forecasts"
    REBUILD = "rebuild"


class PipelineState(StrEnum):
    """What a part of the pipeline is.

    `failing`: a run has ended without publishing since the last one that did, or a rebuild found that
    increments had published something else. `stale`: too old.
    """

    HEALTHY = "healthy"
    FAILING = "failing"
    STALE = "stale"
