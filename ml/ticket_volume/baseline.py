"""The forecasts that a model must beat to be served."""

import numpy as np

from ml.backtest import Forecaster, one_by_one
from ml.metrics import FloatArray
from ml.ticket_volume.weeks import WEEK, last_weeks


def mean(values: FloatArray, horizon: int) -> FloatArray:
    """Every day like the average day so far; zero before the first day."""
    level = float(values.mean()) if len(values) else 0.0
    return np.full(horizon, level)


def seasonal_naive(values: FloatArray, horizon: int) -> FloatArray:
    """The last week, repeated. Needs seven days."""
    return np.resize(values[-WEEK:], horizon)


def weekday_mean(values: FloatArray, horizon: int) -> FloatArray:
    """The mean of the same weekday in the last four weeks. Needs a week."""
    return np.resize(last_weeks(values, 4).mean(axis=0), horizon)


BASELINES: dict[str, Forecaster] = {
    "seasonal_naive": one_by_one(seasonal_naive),
    "weekday_mean": one_by_one(weekday_mean),
}
