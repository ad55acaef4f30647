"""Exponential smoothing of the root of the counts: damped additive trend, additive week.

Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing (2008), model A,Ad,A. All
settings are filtered side by side in one pass over the history, and an origin reads the states before it
alone: a whole backtest costs one pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.ticket_volume.weeks import WEEK

_GRID = np.array(list(product((0.02, 0.05, 0.1, 0.2, 0.35), (0.0, 0.1), (0.02, 0.08, 0.2, 0.35))))
_LEVEL, _TREND, _SEASON = _GRID[:, 0], _GRID[:, 0] * _GRID[:, 1], _GRID[:, 2] * (1 - _GRID[:, 0])
_DAMPING = 0.97
_WINDOW = 730
_START_DAYS = 56

# A surprise counts at most three typical errors (a normal's mean absolute error is sigma / 1.25).
_MOST_SURPRISE = 3.0 * 1.25
_JUDGED_DAYS = 28
_JUDGED_WEEKS = 26
_FORGET = 0.95
_BEST = 3


@dataclass(frozen=True)
class _State:
    """Where each setting stands before a week: level, trend, the week's seven seasons, the lost variance."""

    level: FloatArray
    trend: FloatArray
    season: FloatArray
    lost: FloatArray

    def path(self, days: int) -> FloatArray:
        """Counts by day ahead and setting."""
        damped = np.cumsum(_DAMPING ** np.arange(1, days + 1))[:, np.newaxis]
        root = self.level + self.trend * damped + np.resize(self.season, (days, len(self.level)))
        counts: FloatArray = np.square(np.maximum(root, 0.0)) * self.lost
        return counts


def exponential_smoothing(series: "pd.Series[float]", origins: Sequence[int], horizon: int) -> FloatArray:
    """The mean of the three settings that were least wrong in the last half year before each origin.

    Origins are whole weeks apart, and the earliest has at least three weeks before it.
    """
    values = np.asarray(series, dtype=np.float64)[: max(origins)]
    reach = max(origins) - min(origins)
    days = min(_WINDOW + reach, len(values)) // WEEK * WEEK
    roots = np.sqrt(values[len(values) - days :])
    states = _filter(roots, start_days=min(days - reach, _START_DAYS) // WEEK * WEEK)
    losses = [_losses(state, roots[week * WEEK :][:_JUDGED_DAYS]) for week, state in enumerate(states)]
    weeks = [(origin - (len(values) - days)) // WEEK for origin in origins]
    return np.array([states[week].path(horizon)[:, _best(losses, week)].mean(axis=1) for week in weeks])


def _filter(roots: FloatArray, *, start_days: int) -> list[_State]:
    """The states before each whole week, and after the last."""
    head = roots[:start_days].reshape(-1, WEEK)
    settings = len(_GRID)
    level, trend = np.full(settings, head.mean()), np.zeros(settings)
    season = np.repeat((head.mean(axis=0) - head.mean())[:, np.newaxis], settings, axis=1)
    typical = np.full(settings, max(float(np.abs(head - head.mean(axis=0)).mean()), 0.25))
    counted, fitted = np.full(settings, 1e-9), np.full(settings, 1e-9)
    states = []
    for day, root in enumerate(roots):
        if day % WEEK == 0:
            states.append(_State(level, trend, season.copy(), _lost_variance(counted, fitted)))
        base = level + _DAMPING * trend
        fit = base + season[day % WEEK]
        surprise = root - fit
        typical = typical + 0.02 * (np.minimum(np.abs(surprise), 5 * typical) - typical)
        surprise = np.clip(surprise, -_MOST_SURPRISE * typical, _MOST_SURPRISE * typical)
        told = np.maximum(fit, 0.0)
        counted = 0.995 * counted + np.square(np.maximum(told + surprise, 0.0))
        fitted = 0.995 * fitted + np.square(told)
        level = base + _LEVEL * surprise
        trend = _DAMPING * trend + _TREND * surprise
        season[day % WEEK] += _SEASON * surprise
    states.append(_State(level, trend, season, _lost_variance(counted, fitted)))
    return states


def _lost_variance(counted: FloatArray, fitted: FloatArray) -> FloatArray:
    # Squaring the forecast of a root loses its variance, which matters where tickets are rare.
    return np.clip(counted / fitted, 0.9, 3.0)


def _losses(state: _State, roots: FloatArray) -> FloatArray:
    """Absolute errors by day ahead and setting."""
    return np.abs(state.path(len(roots)) - np.square(roots)[:, np.newaxis])


def _best(losses: Sequence[FloatArray], week: int) -> list[int]:
    """The settings of least discounted error, told by the days before `week` alone."""
    score = np.zeros(len(_GRID))
    # The first weeks are still those that the start was taken from.
    for made in range(max(min(4, week - 1), week - _JUDGED_WEEKS), week):
        score += _FORGET ** (week - made) * losses[made][: WEEK * (week - made)].mean(axis=0)
    return list(np.argsort(score, kind="stable")[:_BEST])
