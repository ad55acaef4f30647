"""Histories to forecast, as the pipeline hands them over: one row per day with tickets."""

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def history_of(counts: npt.ArrayLike) -> pd.DataFrame:
    """Consecutive days from `FIRST_DAY` on, quiet ones included."""
    values = np.asarray(counts, dtype=float)
    return pd.DataFrame({"day": pd.date_range(FIRST_DAY.date(), periods=len(values)), "count": values})


def day_after(history: pd.DataFrame) -> datetime:
    """An instant of the day after the last row, so that all rows are complete."""
    return FIRST_DAY + timedelta(days=len(history), hours=9)


def office_desk(days: int, *, seed: int = 7, drift: float = 0.0) -> pd.DataFrame:
    """Poisson arrivals, busy on weekdays, with a level that grows by `drift` of itself a day."""
    rng = np.random.default_rng(seed)
    day = np.arange(days)
    weekday = np.array([60, 55, 50, 48, 40, 6, 4])[day % 7]
    return history_of(rng.poisson(weekday * (1 + drift * day)))
