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
