"""How far the counts have strayed from the backtest's forecasts, and so how far they may again."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.conformal import LEVELS, nonconformity, normal_quantile, quantiles
from ml.metrics import FloatArray
from ml.ticket_volume.weeks import WEEK

# Days ahead at which a group of errors ends: within a week, a month, a quarter; the last is open.
GROUP_ENDS = (7, 28, 90)

_MIN_ORIGINS = 5
# After restless weeks more restless ones follow: the first-week errors of so many origins before, by those
# of all, tell by how much; to the power of a half and within bounds, as chance moves them too.
_RESTLESS_ORIGINS = 3
_RESTLESS_POWER = 0.5
_RESTLESS_BOUNDS = (0.6, 2.5)


@dataclass(frozen=True)
class Calibration:
    """What the intervals of one series are calibrated on.

    `values` is the history; `actual` and `predicted` have one row per backtest origin, a week apart, and
    one column per day ahead, with NaN in `actual` where the day is not yet known. `closed` are the
    weekdays ahead that never have tickets: they say nothing of how far a day may stray.
    """

    values: FloatArray
    actual: FloatArray
    predicted: FloatArray
    closed: npt.NDArray[np.bool_]

    @classmethod
    def without_backtest(cls, values: FloatArray) -> "Calibration":
        none = np.empty((0, WEEK))
        return cls(values, none, none, np.zeros(WEEK, dtype=np.bool_))

    def half_widths(self, *, size: int, periods: int) -> FloatArray:
        """Half-widths of the forecast of a sum of `size` days, by level and period ahead.

        They are in units of `count_scale` and never narrow with the distance: a group of periods that
        too few origins have seen widens the one before it by the square root of the distance, as a
        random walk would. A day that is closed has none.
        """
        restless = self._restlessness()
        actual = np.where(np.resize(self.closed, self.actual.shape[1]), np.nan, self.actual)
        scores = nonconformity(
            in_blocks(actual if size == 1 else self.actual, size), in_blocks(self.predicted, size)
        )
        scores = scores / restless[:-1, np.newaxis]
        widths = np.empty((len(LEVELS), periods))
        current = uncalibrated(self.values, size=size)
        reached = 0
        for begin, end in _groups(size, periods):
            seen = scores[:, begin:end]
            origins = int((~np.isnan(seen)).any(axis=1).sum())
            if origins >= _MIN_ORIGINS:
                measured = quantiles(seen[~np.isnan(seen)]) * restless[-1]
                current = np.maximum(current, measured) if begin else measured
            elif begin:
                current = current * np.sqrt((begin + end) / reached)
            reached = begin + end
            widths[:, begin:end] = current[:, np.newaxis]
        return np.where(np.resize(self.closed, periods), 0.0, widths) if size == 1 else widths

    def _restlessness(self) -> FloatArray:
        """Per origin, and for the day to come, how restless the weeks just before it were; 1 is usual."""
        open_days = ~self.closed & ~np.isnan(self.actual[:, :WEEK])
        scores = np.where(open_days, nonconformity(self.actual[:, :WEEK], self.predicted[:, :WEEK]), 0.0)
        first_week = scores.sum(axis=1) / np.maximum(open_days.sum(axis=1), 1)
        usual = float(first_week.mean()) if len(first_week) else 0.0
        restless = np.ones(len(first_week) + 1)
        for row in range(1, len(restless)) if usual > 0 else ():
            lately = float(first_week[max(0, row - _RESTLESS_ORIGINS) : row].mean())
            restless[row] = np.clip(lately / usual, *_RESTLESS_BOUNDS) ** _RESTLESS_POWER
        return restless


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
