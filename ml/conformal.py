"""Split-conformal intervals for counts: as wide as the scaled backtest errors of the past."""

import math
from statistics import NormalDist

import numpy as np

from ml.metrics import FloatArray

LEVELS = (0.80, 0.90, 0.95)


def count_scale(predicted: FloatArray) -> FloatArray:
    """Spread that a count of this size is expected to have, up to a factor (square root, as in Poisson)."""
    return np.sqrt(np.maximum(predicted, 1.0))


def nonconformity(actual: FloatArray, predicted: FloatArray) -> FloatArray:
    """Absolute errors in units of `count_scale`, comparable between busy and quiet days."""
    return np.abs(actual - predicted) / count_scale(predicted)


def quantiles(scores: FloatArray) -> FloatArray:
    """Half-widths, in units of `count_scale`, that hold the next score with the chance of each level.

    The rank carries split conformal's finite-sample correction. Where there are too few scores for
    a level, the normal quantile of their root mean square stands in for the missing rank.
    """
    ordered = np.sort(scores)
    count = len(ordered)
    spread = math.sqrt(float(np.mean(ordered**2)) * (1 + 1 / count))
    widths = []
    for level in LEVELS:
        rank = math.ceil((count + 1) * level)
        widths.append(
            ordered[rank - 1] if rank <= count else max(ordered[-1], normal_quantile(level) * spread)
        )
    return np.maximum.accumulate(np.array(widths))


def normal_quantile(level: float) -> float:
    """Half-width of the central interval of a standard normal, 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)
