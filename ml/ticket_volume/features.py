from datetime import UTC, datetime

import numpy as np
import pandas as pd


def daily_series(history: pd.DataFrame, *, as_of: datetime) -> "pd.Series[float]":
    """Tickets per day, from the first day with a row to the last day that was complete at `as_of`.

    Days are UTC. A day without a row had no ticket and counts zero. Rows of the day of `as_of`, which
    is still running, and of later days are left out.

    Args:
        history: One row per day in any order, columns `day` and `count`.
        as_of: Aware instant at which the forecast is made.

    Raises:
        ValueError: A column is missing, a day is no date or stands twice, or a count is not a number >= 0.
    """
    _check_columns(history)
    today = utc_midnight(as_of)
    days = pd.DatetimeIndex(pd.to_datetime(history["day"], utc=True, errors="coerce"))
    counts = pd.Series(
        pd.to_numeric(history["count"], errors="coerce").to_numpy(dtype=np.float64),
        index=days.tz_localize(None).normalize(),
    )
    _check_rows(counts)
    complete = counts[counts.index < today].sort_index()
    if complete.empty:
        return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([], name="day"), name="count")
    every_day = pd.date_range(complete.index[0], today - pd.Timedelta(days=1), freq="D", name="day")
    return complete.reindex(every_day, fill_value=0.0).rename("count")


def idle_days(series: "pd.Series[float]") -> int:
    """Days since the last ticket, zero when the last complete day had one."""
    active = np.flatnonzero(series.to_numpy())
    return len(series) - 1 - int(active[-1]) if len(active) else len(series)


def _check_columns(history: pd.DataFrame) -> None:
    missing = {"day", "count"} - set(history.columns)
    if missing:
        raise ValueError(f"history lacks {sorted(missing)}; give one row per day with 'day' and 'count'.")


def _check_rows(counts: "pd.Series[float]") -> None:
    if counts.index.hasnans:
        raise ValueError("history has a day that is no date; give dates such as 2026-02-14.")
    wrong = counts[~np.isfinite(counts) | (counts < 0)]
    if not wrong.empty:
        raise ValueError(
            f"history has count {wrong.iloc[0]} on {wrong.index[0]:%Y-%m-%d}; give a number >= 0."
        )
    twice = counts.index[counts.index.duplicated()]
    if not twice.empty:
        raise ValueError(f"history has {twice[0]:%Y-%m-%d} more than once; give one row per day.")


def utc_midnight(as_of: datetime) -> pd.Timestamp:
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no time zone; give an aware datetime.")
    return pd.Timestamp(as_of.astimezone(UTC)).tz_localize(None).normalize()
