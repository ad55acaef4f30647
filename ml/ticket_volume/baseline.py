"""The forecasts that a model must beat to be served."""

import numpy as np
import pandas as pd

from ml.backtest import Forecaster
from ml.metrics import FloatArray

WEEK = 7


def mean(series: "pd.Series[float]", horizon: int) -> FloatArray:
    """Every day like the average day so far; zero before the first day."""
    level = float(series.mean()) if len(series) else 0.0
    return np.full(horizon, level)


def seasonal_naive(series: "pd.Series[float]", horizon: int) -> FloatArray:
    """The last week, repeated. Needs seven days."""
    return np.resize(np.asarray(series, dtype=np.float64)[-WEEK:], horizon)


def weekday_mean(series: "pd.Series[float]", horizon: int) -> FloatArray:
    """The mean of the same weekday in the last four weeks. Needs four weeks."""
    return np.resize(last_weeks(series, 4).mean(axis=0), horizon)


def last_weeks(series: "pd.Series[float]", weeks: int) -> FloatArray:
    """The last whole weeks as rows, oldest first, at most `weeks` of them.

    Columns are days from the origin, so the first column is the weekday of the first day to forecast.
    """
    whole = min(weeks, len(series) // WEEK)
    return np.asarray(series, dtype=np.float64)[len(series) - whole * WEEK :].reshape(whole, WEEK)


BASELINES: dict[str, Forecaster] = {"seasonal_naive": seasonal_naive, "weekday_mean": weekday_mean}
