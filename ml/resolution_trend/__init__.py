from ml.resolution_trend.backtest import HORIZON_DAYS
from ml.resolution_trend.candidates import CHEAP, all_candidates
from ml.resolution_trend.predict import MODEL_VERSION, forecast_trend

__all__ = ["CHEAP", "HORIZON_DAYS", "MODEL_VERSION", "all_candidates", "forecast_trend"]
