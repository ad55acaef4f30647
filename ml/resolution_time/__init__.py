from ml.resolution_time.evaluate import Evaluation, evaluate
from ml.resolution_time.predict import (
    MODEL_VERSION,
    ResolutionModel,
    fit_resolution_time,
    last_prefixes,
    predict_open,
)
from ml.resolution_time.rolling import rolling_predictions

__all__ = [
    "MODEL_VERSION",
    "Evaluation",
    "ResolutionModel",
    "evaluate",
    "fit_resolution_time",
    "last_prefixes",
    "predict_open",
    "rolling_predictions",
]
