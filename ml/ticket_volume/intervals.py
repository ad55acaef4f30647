"""How far the counts have strayed from the backtest's forecasts, and so how far they may again."""

import math
from dataclasses import dataclass

import numpy as np

from ml.conformal import LEVELS, nonconformity, normal_quantile, quantiles
from ml.metrics import FloatArray

# Days ahead at which a group of errors ends: within a week, a month, a quarter; the last is open.
GROUP_ENDS = (7, 28, 90)

_MIN_ORIGINS = 5


@dataclass(frozen=True)
class Calibration:
    """What the intervals of one series are calibrated on.

    `values` is the history; `actual` and `predicted` have one row per backtest origin and one column
    per day ahead, with NaN in `actual` where the day is not yet known.
    """

    values: FloatArray
    actual: FloatArray
    predicted: FloatArray

    @classmethod
    def without_backtest(cls, values: FloatArray) -> "Calibration":
        return cls(values=values, actual=np.empty((0, 0)), predicted=np.empty((0, 0)))

    def half_widths(self, *, size: int, periods: int) -> FloatArray:
        """Half-widths of the forecast of a sum of `size` days, by level and period ahead.

        They are in units of `count_scale` and never narrow with the distance: a group of periods that
        too few origins have seen widens the one before it by the square root of the distance, as a
        random walk would.
        """
        scores = nonconformity(in_blocks(self.actual, size), in_blocks(self.predicted, size))
        widths = np.empty((len(LEVELS), periods))
        current = uncalibrated(self.values, size=size)
        reached = 0
        for begin, end in _groups(size, periods):
            seen = scores[:, begin:end]
            origins = int((~np.isnan(seen)).any(axis=1).sum())
            if origins >= _MIN_ORIGINS:
                measured = quantiles(seen[~np.isnan(seen)])
                current = np.maximum(current, measured) if begin else measured
            elif begin:
                current = current * np.sqrt((begin + end) / reached)
            reached = begin + end
            widths[:, begin:end] = current[:, np.newaxis]
        return widths


def in_blocks(matrix: FloatArray, size: int) -> FloatArray:
    """Sums of `size` neighbouring columns; NaN where one of them is, an incomplete last block left out."""
    blocks = matrix.shape[1] // size
    sums: FloatArray = matrix[:, : blocks * size].reshape(len(matrix), blocks, size).sum(axis=2)
    return sums


def uncalibrated(values: FloatArray, *, size: int) -> FloatArray:
    """Half-widths where there is nothing to calibrate on, from the dispersion of the counts.

    A sum of `size` days varies with each of its days and with the error of the level they are
    forecast from, which rests on a week of observations or on fewer.
    """
    level = float(values.mean()) if len(values) else 0.0
    dispersion = max(1.0, float(values.var()) / level) if level > 0 else 1.0
    spread = math.sqrt(dispersion * (1 + size / max(1, min(len(values), 7))))
    return np.array([normal_quantile(level) * spread for level in LEVELS])


def _groups(size: int, periods: int) -> list[tuple[int, int]]:
    ends = sorted({min(max(1, end // size), periods) for end in GROUP_ENDS} | {periods})
    return list(zip([0, *ends[:-1]], ends, strict=True))
