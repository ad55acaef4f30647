"""Forecasts of the parts of a whole, made to add up to the forecast of the whole."""

import numpy as np

from ml.metrics import FloatArray

# Ten do for parts with hours much alike, two hundred for two that share none.
_MOST_FITTINGS = 500
_EXACT = 1e-9


def add_up_to(whole: FloatArray, parts: FloatArray) -> FloatArray:
    """The parts, each day scaled by one factor so that together they are the whole.

    The whole is the forecast that knows most, and a difference is shared by size, so that nothing turns
    negative: proportional reconciliation, see Hyndman and Athanasopoulos, Forecasting: Principles and
    Practice, 3rd edition, chapter 11. On a day on which no part expects anything they share the whole as
    on all days together.

    Args:
        whole: Forecast per day.
        parts: The same of every part, as rows; together they leave nothing of the whole out.
    """
    usual = parts.mean(axis=1, keepdims=True)
    usual = usual if usual.any() else np.ones_like(usual)
    together = parts.sum(axis=0)
    shares = np.where(together > 0, parts, usual)
    reconciled: FloatArray = whole * shares / shares.sum(axis=0)
    return reconciled


def hours_add_up_to(whole: FloatArray, parts: FloatArray) -> FloatArray:
    """The parts' hours, moved so that together they are the whole's while each keeps its days.

    Iterative proportional fitting, hours and days in turn; it ends on the days.

    Args:
        whole: Forecast by day and hour.
        parts: The same of every part; by day they add up to the whole.
    """
    days = parts.sum(axis=2, keepdims=True)
    for _ in range(_MOST_FITTINGS):
        together = parts.sum(axis=0)
        if np.abs(together - whole).max() < _EXACT:
            break
        parts = parts * _factor(whole, together)
        parts = parts * _factor(days, parts.sum(axis=2, keepdims=True))
    return parts


def _factor(wanted: FloatArray, found: FloatArray) -> FloatArray:
    return np.divide(wanted, found, out=np.ones_like(found), where=found > 0)
