"""What is told of a series that is too young to be judged."""

import numpy as np

from ml.metrics import FloatArray
from ml.ticket_volume.baseline import mean, seasonal_naive, weekday_mean
from ml.ticket_volume.weeks import WEEK, last_weeks

POOLED = "pooled_weekday"
_SHAPE_WEEKS = 12
_WEEKDAY_MEAN_DAYS = 28


def first_guess(values: FloatArray, horizon: int, *, whole: FloatArray | None) -> tuple[str, FloatArray]:
    """Name and path of the simplest forecast that the days at hand allow.

    Args:
        values: The young series.
        horizon: Days to forecast.
        whole: An older series that ends on the same day and whose week it may borrow, or None.
    """
    if whole is not None and len(values) and len(whole) >= _WEEKDAY_MEAN_DAYS:
        return POOLED, borrowed_week(values, horizon, whole=whole)
    if len(values) < WEEK:
        return "mean", mean(values, horizon)
    if len(values) < _WEEKDAY_MEAN_DAYS:
        return "seasonal_naive", seasonal_naive(values, horizon)
    return "weekday_mean", weekday_mean(values, horizon)


def borrowed_week(values: FloatArray, horizon: int, *, whole: FloatArray) -> FloatArray:
    """The series' own level times the weekday profile of a larger one."""
    profile = last_weeks(whole, _SHAPE_WEEKS).mean(axis=0)
    # Both end on the same day, so that the days at hand lie before the profile's first as whole weeks do.
    expected = float(np.resize(profile[::-1], len(values)).sum())
    return np.resize(profile, horizon) * (float(values.sum()) / expected if expected > 0 else 0.0)
