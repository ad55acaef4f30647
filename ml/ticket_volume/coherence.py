"""Forecasts of the parts of a whole, made to add up to the forecast of the whole."""

import numpy as np

from ml.metrics import FloatArray


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
