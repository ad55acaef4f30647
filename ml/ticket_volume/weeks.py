"""A series of days as whole weeks, counted back from its end: column 0 is the weekday of the day to come."""

import numpy as np
import numpy.typing as npt

from ml.metrics import FloatArray

WEEK = 7

# A weekday counts as closed when it was silent for so many weeks in which, at the level of the other
# days, it would have had so many tickets: by chance that happens once in e ** 7 times.
_SILENT_WEEKS = 12
_LEAST_WEEKS = 4
TICKETS_MISSED = 7.0

_SPIKE_DEVIATIONS = 4.0
_SPIKE_WEEKS = 8
_RECENT_WEEKS = 26
_MAD_TO_SIGMA = 1.4826


def last_weeks(values: FloatArray, weeks: int) -> FloatArray:
    """The last whole weeks as rows, oldest first, at most `weeks` of them."""
    whole = min(weeks, len(values) // WEEK)
    return values[len(values) - whole * WEEK :].reshape(whole, WEEK)


def closed_weekdays(values: FloatArray) -> npt.NDArray[np.bool_]:
    """Which of the seven days to come fall on a weekday that never has tickets."""
    recent = last_weeks(values, _SILENT_WEEKS)
    silent: npt.NDArray[np.bool_] = (recent == 0).all(axis=0)
    missed = recent[:, ~silent].mean() * len(recent) if len(recent) and not silent.all() else 0.0
    if len(recent) < _LEAST_WEEKS or missed < TICKETS_MISSED:
        return np.zeros(WEEK, dtype=np.bool_)
    return silent


def clip_spikes(values: FloatArray) -> FloatArray:
    """The whole weeks with each day pulled back to within four deviations of its weekday's recent median.

    Median and deviation (median absolute, scaled to sigma) are of the eight weeks before, so nothing later
    enters. A lasting change passes a few deviations at a time, and wholly once half of these weeks saw it.
    """
    weeks = last_weeks(values, len(values) // WEEK)
    if len(weeks) < _SPIKE_WEEKS + 2:
        return weeks.ravel()
    before = np.lib.stride_tricks.sliding_window_view(weeks, _SPIKE_WEEKS, axis=0)[:-1]
    median = np.median(before, axis=2)
    unit = np.sqrt(np.maximum(median, 1.0))
    strayed = np.abs(weeks[_SPIKE_WEEKS:] - median) / unit
    spread = max(1.0, _MAD_TO_SIGMA * float(np.median(strayed[-_RECENT_WEEKS:])))
    reach = _SPIKE_DEVIATIONS * spread * unit
    clipped = np.clip(weeks[_SPIKE_WEEKS:], median - reach, median + reach)
    return np.concatenate([weeks[:_SPIKE_WEEKS], clipped]).ravel()
