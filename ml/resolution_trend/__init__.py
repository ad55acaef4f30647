from ml.resolution_trend.predict import MODEL_VERSION, forecast_trend

__all__ = ["MODEL_VERSION", "forecast_trend"]
