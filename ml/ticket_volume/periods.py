"""Daily predictions turned into points per day, week and month, each with its intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.conformal import LEVELS, count_scale
from ml.forecast import POINT_COLUMNS
from ml.metrics import FloatArray
from ml.ticket_volume.intervals import Calibration


@dataclass(frozen=True)
class Periods:
    """Consecutive calendar periods: the days they begin on, and the day after the last of them."""

    granularity: str
    typical_days: int
    starts: pd.DatetimeIndex
    end: pd.Timestamp


def forecast_periods(first_day: pd.Timestamp, horizon_days: int) -> list[Periods]:
    """The days of the horizon, and as many calendar weeks (from Monday) and months as fit its length.

    The week and the month of `first_day` come first: what is left of them is forecast, what has
    passed is known. There is always at least one of each.
    """
    monday = first_day - pd.Timedelta(days=first_day.day_of_week)
    month = first_day.replace(day=1)
    return [
        _periods("daily", 1, first_day, horizon_days, "D"),
        _periods("weekly", 7, monday, max(1, horizon_days // 7), "7D"),
        _periods("monthly", 30, month, max(1, horizon_days // 30), "MS"),
    ]


def forecast_points(
    series: "pd.Series[float]",
    path: "pd.Series[float]",
    all_periods: list[Periods],
    calibration: Calibration,
) -> pd.DataFrame:
    """Points of every granularity, in the shape of `POINT_COLUMNS`.

    Args:
        series: The history, up to the day before the first of `path`.
        path: Predictions per day, reaching to the end of the longest of `all_periods`.
        all_periods: What to sum them to.
        calibration: Where the intervals' widths come from.
    """
    frames = [_points_of(series, path, periods, calibration) for periods in all_periods]
    return pd.concat(frames, ignore_index=True)[list(POINT_COLUMNS)]


def _points_of(
    series: "pd.Series[float]", path: "pd.Series[float]", periods: Periods, calibration: Calibration
) -> pd.DataFrame:
    known = _sum_by_period(series, periods)
    expected = _sum_by_period(path, periods)
    widths = calibration.half_widths(size=periods.typical_days, periods=len(periods.starts))
    reach = widths * count_scale(expected)
    columns: dict[str, object] = {
        "granularity": periods.granularity,
        "ds": periods.starts,
        "predicted": known + expected,
    }
    for level, distance in zip(LEVELS, reach, strict=True):
        columns[f"lower_{level * 100:.0f}"] = known + np.maximum(expected - distance, 0.0)
        columns[f"upper_{level * 100:.0f}"] = known + expected + distance
    return pd.DataFrame(columns)


def _sum_by_period(days: "pd.Series[float]", periods: Periods) -> FloatArray:
    inside = days[(days.index >= periods.starts[0]) & (days.index < periods.end)]
    position = periods.starts.searchsorted(inside.index, side="right") - 1
    sums: FloatArray = np.zeros(len(periods.starts))
    np.add.at(sums, position, np.asarray(inside, dtype=np.float64))
    return sums


def _periods(granularity: str, typical_days: int, first: pd.Timestamp, count: int, step: str) -> Periods:
    edges = pd.date_range(first, periods=count + 1, freq=step)
    return Periods(granularity, typical_days, edges[:-1], edges[-1])
