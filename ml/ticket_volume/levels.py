"""Candidates that tell a weekday profile times a level."""

import numpy as np

from ml.metrics import FloatArray
from ml.ticket_volume.weeks import WEEK, clip_spikes, last_weeks

_THETA_DAYS = 364
_THETA_RATES = np.array([0.1, 0.2, 0.3, 0.5, 0.7])
_DRIFT_WEEKS = 8


def smoothed_weekday(
    values: FloatArray, horizon: int, *, level: float = 0.5, profile: float = 0.1, weeks: int = 12
) -> FloatArray:
    """A profile times a level, each an exponentially weighted mean over the last weeks.

    `level` and `profile` are the weights of the newest week: the level forgets fast, the profile slowly.
    """
    recent = last_weeks(values, weeks)
    age = np.arange(len(recent))[::-1]
    height = float(np.average(recent.mean(axis=1), weights=(1 - level) ** age))
    return np.resize(height * _profile_of(recent, forget=profile), horizon)


def weekday_median(values: FloatArray, horizon: int) -> FloatArray:
    """The median of the same weekday in the last eight weeks: single odd days leave no trace."""
    return np.resize(np.median(last_weeks(values, 8), axis=0), horizon)


def robust_level(values: FloatArray, horizon: int, *, level: float = 0.3) -> FloatArray:
    """`smoothed_weekday` over half a year, without the spikes."""
    recent = values[-WEEK * 56 :]
    return smoothed_weekday(clip_spikes(recent), horizon, level=level, profile=0.05, weeks=26)


def theta(values: FloatArray, horizon: int) -> FloatArray:
    """The theta method on weekly sums: simple smoothing plus half of the linear drift.

    Assimakopoulos and Nikolopoulos, The theta model, International Journal of Forecasting 16 (2000). The
    smoothing rate is the one with the least discounted error; the drift is held after three weeks.
    """
    calm = clip_spikes(values[len(values) - min(_THETA_DAYS, len(values)) // WEEK * WEEK :])
    profile = np.maximum(_profile_of(last_weeks(calm, 26), forget=0.05), 1e-3)
    # Weekly sums by the sum of the profile: where a weekday is nearly silent its ratio would be noise.
    levels = calm.reshape(-1, WEEK).sum(axis=1) / profile.sum()
    smoothed, loss = np.full(len(_THETA_RATES), levels[:4].mean()), np.zeros(len(_THETA_RATES))
    for level in levels:
        loss = 0.98 * loss + np.abs(level - smoothed)
        smoothed = smoothed + _THETA_RATES * (level - smoothed)
    best = int(np.argmin(loss))
    drift = np.polyfit(np.arange(len(levels)), levels, 1)[0] / 2 if len(levels) >= _DRIFT_WEEKS else 0.0
    # Smoothing lags behind a line by (1 - rate) / rate weeks; the middle of a week is half a week ahead.
    lag = 1 / _THETA_RATES[best]
    ahead = np.minimum(np.arange(horizon) // WEEK + lag - 0.5, 3 + lag)
    path: FloatArray = np.maximum(np.resize(profile, horizon) * (smoothed[best] + drift * ahead), 0.0)
    return path


def _profile_of(weeks: FloatArray, *, forget: float) -> FloatArray:
    age = np.arange(len(weeks))[::-1]
    by_weekday: FloatArray = np.average(weeks, axis=0, weights=(1 - forget) ** age)
    usual = float(by_weekday.mean())
    return by_weekday / usual if usual > 0 else np.ones(WEEK)
