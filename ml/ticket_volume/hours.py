"""Tickets expected by hour: the served days, each split by the shares that its hours have had."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ml.conformal import LEVELS, count_scale, nonconformity, quantiles
from ml.metrics import FloatArray, naive_scale, point_errors
from ml.ticket_volume.evaluate import MAX_ORIGINS
from ml.ticket_volume.intervals import Calibration, uncalibrated
from ml.ticket_volume.predict import VolumeModel
from ml.ticket_volume.weeks import WEEK

HOURS = 24
WINDOW_DAYS = 182
# The most that is asked for, and a week in which no training may have been made.
TOLD_DAYS = 21
JUDGED_DAYS = 14
# From so many tickets on an hour is of the next size; hours of one size stray alike.
SIZES = np.array([0.25, 1.0, 4.0, 16.0, 64.0])

# A week counts nine tenths of the one after it. What a series has seen weighs as much as what it is shrunk
# towards at so many tickets; half or thrice as many would be as good on the public logs.
_KEPT_PER_WEEK = 0.9
_SERIES_PRIOR = 30.0
_WEEKDAY_PRIOR = 50.0
_LEAST_SCORES = 20
_LEAST_ORIGINS = 3


@dataclass(frozen=True)
class HourlyForecast:
    """Tickets per hour of UTC.

    `predicted` has a row per day from `starts_on` on, and a column per hour. `half_widths` are those of each
    size by level, in units of `count_scale`; see `sizes_of`.
    """

    starts_on: date
    predicted: FloatArray
    half_widths: FloatArray
    quality: dict[str, Any]
    warnings: list[str]


@dataclass(frozen=True)
class PastHours:
    """Hours as they would have been told at past origins a week apart: by origin, day ahead and hour.

    `actual` is NaN where a day is not over yet, and on weekdays that are closed. The two baselines are the
    same hour of the weekday a week before, and its mean over four weeks.
    """

    actual: FloatArray
    predicted: FloatArray
    baselines: dict[str, FloatArray]

    def known_at(self, row: int) -> "PastHours":
        """The origins before that of `row`, with the days that were over there."""
        weeks_ago = np.arange(row, 0, -1)[:, np.newaxis, np.newaxis]
        is_over = np.arange(JUDGED_DAYS)[:, np.newaxis] < WEEK * weeks_ago
        actual = np.where(is_over, self.actual[:row], np.nan)
        return PastHours(actual, self.predicted[:row], {})


def hour_matrix(history: pd.DataFrame, *, first_day: pd.Timestamp) -> FloatArray:
    """Tickets by day and hour of the half year before `first_day`.

    Args:
        history: Columns `day` and `counts`, the 24 hours of a day; days without a row had no ticket.
        first_day: The day that is still running.
    """
    matrix = np.zeros((WINDOW_DAYS, HOURS))
    rows = (pd.DatetimeIndex(history["day"]) - first_day).days.to_numpy() + WINDOW_DAYS
    within = (rows >= 0) & (rows < WINDOW_DAYS)
    if within.any():
        matrix[rows[within]] = np.stack(history.loc[within, "counts"].to_list())
    return matrix


def hour_shares(counts: FloatArray, whole: FloatArray | None = None) -> FloatArray:
    """Shares of the hours of each of the seven days to come, which add up to 1 by day.

    Those of a weekday are shrunk towards those of all weekdays, and these towards the hours of `whole`, the
    series that this one is part of, or towards hours that are all alike. Both end on the same day.
    """
    by_weekday = _recent(counts)
    lent = np.ones(HOURS) if whole is None else 1.0 + _recent(whole).sum(axis=0)
    usual = _shrunk(by_weekday.sum(axis=0), lent / lent.sum(), _SERIES_PRIOR)
    return _shrunk(by_weekday, usual, _WEEKDAY_PRIOR)


def spread(path: FloatArray, shares: FloatArray) -> FloatArray:
    """Days split into hours, the first day by the first shares."""
    hours: FloatArray = path[:, np.newaxis] * np.resize(shares, (len(path), HOURS))
    return hours


def learn_hours(model: VolumeModel, counts: FloatArray, whole: FloatArray | None = None) -> HourlyForecast:
    """Split what is served of a series into hours, and tell how wrong that would have been.

    Args:
        model: The series by days.
        counts: Its `hour_matrix`.
        whole: That of the series it is part of.
    """
    calibration = model.served.calibration
    past = look_back(calibration, counts, whole)
    return HourlyForecast(
        starts_on=model.first_day.date(),
        predicted=spread(model.served.path[:TOLD_DAYS], hour_shares(counts, whole)),
        half_widths=half_widths(past, calibration.values),
        quality=_quality(past, counts, calibration.values),
        warnings=_warnings(counts, is_part=whole is not None),
    )


def look_back(calibration: Calibration, counts: FloatArray, whole: FloatArray | None) -> PastHours:
    """What would have been told at past origins: the days served there, by the hours known there."""
    weeks_ago = range(min(len(calibration.predicted), MAX_ORIGINS), 0, -1)
    shape = (len(weeks_ago), JUDGED_DAYS, HOURS)
    actual, predicted, last, mean = (np.empty(shape) for _ in range(4))
    padded = np.concatenate([counts, np.full((JUDGED_DAYS, HOURS), np.nan)])
    closed = np.resize(calibration.closed, JUDGED_DAYS)[:, np.newaxis]
    for row, weeks in enumerate(weeks_ago):
        origin = len(counts) - WEEK * weeks
        shares = hour_shares(counts[:origin], None if whole is None else whole[:origin])
        actual[row] = np.where(closed, np.nan, padded[origin : origin + JUDGED_DAYS])
        predicted[row] = spread(calibration.predicted[-weeks, :JUDGED_DAYS], shares)
        last[row] = np.resize(counts[origin - WEEK : origin], shape[1:])
        month = counts[origin - 4 * WEEK : origin].reshape(4, WEEK, HOURS)
        mean[row] = np.resize(month.mean(axis=0), shape[1:])
    return PastHours(actual, predicted, {"seasonal_naive": last, "weekday_mean": mean})


def half_widths(past: PastHours, days: FloatArray) -> FloatArray:
    """Half-widths by size and level, in units of `count_scale`.

    A size with too few hours has those of all, and where nothing can be judged the dispersion of `days`
    stands in.
    """
    known = ~np.isnan(past.actual)
    if not known.any():
        return np.tile(uncalibrated(days, size=1), (len(SIZES) + 1, 1))
    scores = nonconformity(past.actual, past.predicted)[known]
    sizes = sizes_of(past.predicted)[known]
    of_size = [scores[sizes == size] for size in range(len(SIZES) + 1)]
    return np.array([quantiles(each if len(each) >= _LEAST_SCORES else scores) for each in of_size])


def sizes_of(predicted: FloatArray) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Which row of half-widths each hour has."""
    return np.digitize(predicted, SIZES)


def reach(predicted: FloatArray, widths: FloatArray) -> FloatArray:
    """How far the hours may stray: by level, and as `predicted` is shaped."""
    distances: FloatArray = np.moveaxis(widths[sizes_of(predicted)], -1, 0) * count_scale(predicted)
    return distances


def measured_coverage(past: PastHours, days: FloatArray) -> tuple[dict[str, float], int]:
    """How often the bands held, by level, calibrated at each origin on what was known there; of how many."""
    hits = [np.empty((len(LEVELS), 0), dtype=np.bool_)]
    for row in range(_LEAST_ORIGINS, len(past.actual)):
        actual, predicted = past.actual[row], past.predicted[row]
        held = np.abs(actual - predicted) <= reach(predicted, half_widths(past.known_at(row), days))
        hits.append(held[:, ~np.isnan(actual)])
    counted = np.concatenate(hits, axis=1)
    if not counted.size:
        return {}, 0
    shares = {f"{level:.2f}": float(held.mean()) for level, held in zip(LEVELS, counted, strict=True)}
    return shares, counted.shape[1]


def _quality(past: PastHours, counts: FloatArray, days: FloatArray) -> dict[str, Any]:
    """Errors of the hours up to `JUDGED_DAYS` ahead, beside those of the baselines."""
    known = ~np.isnan(past.actual)
    if not known.any():
        nothing = dict.fromkeys(("mae", "rmse", "wape", "mase"))
        return {**nothing, "origins": 0, "coverage": {}, "coverage_hours": 0, "baselines": {}}
    before = counts[max(0, len(counts) - len(days)) : len(counts) - WEEK * len(past.actual)]
    scale = naive_scale(before.ravel(), season=WEEK * HOURS)
    errors = {
        name: asdict(point_errors(past.actual[known], told[known], scale=scale))
        for name, told in {"served": past.predicted, **past.baselines}.items()
    }
    shares, hours = measured_coverage(past, days)
    return {
        **errors.pop("served"),
        "horizon_days": JUDGED_DAYS,
        "origins": len(past.actual),
        "coverage": shares,
        "coverage_hours": hours,
        "baselines": errors,
    }


def _warnings(counts: FloatArray, *, is_part: bool) -> list[str]:
    if _recent(counts).sum() >= _SERIES_PRIOR:
        return []
    towards = "those of all tickets" if is_part else "hours that are all alike"
    return [
        f"{counts.sum():.0f} tickets in half a year tell its hours, which are taken mostly from {towards}."
    ]


def _recent(counts: FloatArray) -> FloatArray:
    """Tickets by weekday, counted back from the end, and hour; older ones count less."""
    whole = len(counts) // WEEK
    weeks = counts[len(counts) - whole * WEEK :].reshape(whole, WEEK, HOURS)
    kept = _KEPT_PER_WEEK ** np.arange(len(weeks))[::-1]
    by_weekday: FloatArray = np.tensordot(kept, weeks, axes=1)
    return by_weekday


def _shrunk(counts: FloatArray, towards: FloatArray, prior: float) -> FloatArray:
    shares: FloatArray = (counts + prior * towards) / (counts.sum(axis=-1, keepdims=True) + prior)
    return shares
