from api.kit.errors import NotFoundError


class ThresholdNotFoundError(NotFoundError):
    error = "Threshold not found: ask for one that /analytics/thresholds/ lists"
