from ml.ticket_volume.predict import (
    MODEL_VERSION,
    VolumeModel,
    forecast_series,
    learn_series,
    reconcile,
)
from ml.ticket_volume.train import ALL_CANDIDATES, CHEAP_CANDIDATES

__all__ = [
    "ALL_CANDIDATES",
    "CHEAP_CANDIDATES",
    "MODEL_VERSION",
    "VolumeModel",
    "forecast_series",
    "learn_series",
    "reconcile",
]
