from enum import StrEnum


class WorkflowStatus(StrEnum):
    DRAFT = "draft"
    DEPLOYED = "deployed"
    INITIALIZED = "initialized"
    PAUSED = "paused"


class EndLogic(StrEnum):
    NONE = "none"
    ASSET = "asset"
    BUDGET = "budget"
    NOTIFICATION = "notification"
    AMS = "ams"
    BMS = "bms"


class ServiceStatus(StrEnum):
    """What an initialized workflow is switched between: taking tickets, or taking none."""

    INITIALIZED = "initialized"
    PAUSED = "paused"
