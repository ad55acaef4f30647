"""Candidates that know the year."""

import numpy as np
import numpy.typing as npt

from ml.metrics import FloatArray
from ml.ticket_volume.levels import robust_level
from ml.ticket_volume.weeks import WEEK, clip_spikes

# 52 whole weeks, so that a day of last year is the same weekday.
_YEAR = 364
_YEARS = 3
_MONTH = 28
_HALF_WINDOW = 11
# What one year says is trusted by so much: years / (years + this).
_PRIOR_YEARS = 0.7

_WINDOW = 3 * 365
_DAYS_OF_YEAR = 365.25
_TREND_PENALTY, _WEEKDAY_PENALTY, _YEAR_PENALTY = 3.0, 0.5, 2.0
_MISS_DAYS = 84
_MISS_RATE = 0.1
_MISS_DECAY = 0.995


def yearly(values: FloatArray, horizon: int) -> FloatArray:
    """The recent level and week, moved as past years moved from this day of the year on."""
    return robust_level(values, horizon, level=0.25) * _yearly_factor(values, horizon)


def harmonic(values: FloatArray, horizon: int) -> FloatArray:
    """Ridge regression of the root of the counts on weekday, trend and year, recent misses carried on.

    Observations a year old weigh half. The trend is held after four weeks.
    """
    calm = clip_spikes(values[-_WINDOW:])
    days = len(calm)
    waves = 4 if days >= 2 * _YEAR else 2 if days > _YEAR + _MONTH else 0
    past = _design(np.arange(days, dtype=np.float64), days, waves)
    weight = 0.5 ** ((days - 1 - np.arange(days)) / 365.0)
    penalty = np.diag([1e-6, _TREND_PENALTY, *[_WEEKDAY_PENALTY] * WEEK, *[_YEAR_PENALTY] * (2 * waves)])
    weighted = (past * weight[:, np.newaxis]).T
    beta = np.linalg.solve(weighted @ past + penalty, weighted @ np.sqrt(calm))
    missed = (np.sqrt(calm) - past @ beta)[-_MISS_DAYS:]
    miss = float(np.average(missed, weights=(1 - _MISS_RATE) ** np.arange(len(missed))[::-1]))
    future = _design(days + np.arange(horizon, dtype=np.float64), days, waves)
    future[:, 1] = np.minimum(future[:, 1], _MONTH / 365)
    root = np.maximum(future @ beta + miss * _MISS_DECAY ** np.arange(horizon), 0.0)
    # Squaring loses the variance of the root; the ratio of past counts to past fits restores it.
    fitted = float(weight @ np.square(np.maximum(past @ beta, 0.0)))
    lost = np.clip(float(weight @ calm) / max(fitted, 1e-9), 0.9, 3.0)
    path: FloatArray = np.square(root) * lost
    return path


def _yearly_factor(values: FloatArray, horizon: int) -> FloatArray:
    """How the level went from the four weeks before this day of past years to each of the days ahead."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    days = len(values)
    moves = []
    for origin in range(days - _YEAR, _MONTH - 1, -_YEAR)[:_YEARS]:
        before = (total[origin] - total[origin - _MONTH]) / _MONTH
        if before > 0:
            day = origin + np.arange(horizon)
            begin = np.minimum(np.maximum(day - _HALF_WINDOW, 0), days - 1)
            end = np.maximum(np.minimum(day + _HALF_WINDOW + WEEK, days), begin + 1)
            around = (total[end] - total[begin]) / (end - begin)
            moves.append(np.log(np.maximum(around, 0.05 * before) / before))
    if not moves:
        return np.ones(horizon)
    factor: FloatArray = np.exp(np.mean(moves, axis=0) * len(moves) / (len(moves) + _PRIOR_YEARS))
    return factor


def _design(day: npt.NDArray[np.float64], days: int, waves: int) -> FloatArray:
    columns = [np.ones(len(day)), (day - days) / 365.0]
    columns += [(day % WEEK == weekday).astype(np.float64) for weekday in range(WEEK)]
    for wave in range(1, waves + 1):
        angle = 2 * np.pi * wave * day / _DAYS_OF_YEAR
        columns += [np.sin(angle), np.cos(angle)]
    return np.array(columns).T
