"""What each candidate would have said from weekly origins of the last half year, beside what came."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ml.backtest import FitError
from ml.conformal import LEVELS, quantiles
from ml.metrics import FloatArray
from ml.resolution_trend.candidates import AVERAGE, BASELINE, Candidate
from ml.resolution_trend.cohorts import History, IntArray, daily_medians

HORIZON_DAYS = 28
MIN_TRAIN_DAYS = 28
# Days ahead at which a group of errors ends.
GROUP_ENDS = (7, HORIZON_DAYS)

_MAX_ORIGINS = 26
_MIN_ORIGINS = 5
_WEEKDAY_ERRORS = 20


@dataclass(frozen=True)
class Backtest:
    """Log hours, one row per origin (oldest first, the last one today) and one column per day ahead.

    `actual` is NaN where the day is not over or fewer than half of its tickets are resolved; `tickets`
    counts those of the day.
    """

    origins: IntArray
    predicted: dict[str, FloatArray]
    actual: FloatArray
    tickets: FloatArray

    def mean_error(self, name: str, rows: slice = slice(None)) -> float:
        """Mean distance of logarithms, each day weighted by its tickets; NaN where no day is judged."""
        errors = np.abs(self.predicted[name] - self.actual)[rows]
        judged = ~np.isnan(errors)
        weight = self.tickets[rows][judged]
        return float(np.average(errors[judged], weights=weight)) if weight.sum() else np.nan

    def known_before(self, row: int) -> FloatArray:
        """`actual` of the rows before one, as far as their days were over by its origin."""
        ahead = self.origins[:row, np.newaxis] + np.arange(HORIZON_DAYS)
        return np.where(ahead < self.origins[row], self.actual[:row], np.nan)


def run_backtest(
    history: History, candidates: Mapping[str, Candidate], *, today: int, as_of_hour: float
) -> Backtest:
    """Stand at the beginning of each origin with what was known there, and now with what is.

    A candidate that cannot be fitted at one origin is left out altogether.

    Args:
        history: At least one ticket of it resolved by then.
        candidates: By name, `BASELINE` among them.
        today: Day that is not over, the first one to forecast.
        as_of_hour: Now, up to when the truth is known.
    """
    begin = history.first_day + MIN_TRAIN_DAYS
    past = [day for day in range(today - 7 * _MAX_ORIGINS, today, 7) if day >= begin]
    known = {day: history.as_of(24.0 * day) for day in past} | {today: history.as_of(as_of_hour)}
    known = {day: cohorts for day, cohorts in known.items() if cohorts.resolved.any()}
    predicted: dict[str, FloatArray] = {}
    for name, candidate in candidates.items():
        with suppress(FitError):
            predicted[name] = np.array(
                [candidate(cohorts, day, HORIZON_DAYS) for day, cohorts in known.items()]
            )
    predicted[AVERAGE] = np.mean(list(predicted.values()), axis=0)
    actual, tickets = _truth(history, list(known), today=today, as_of_hour=as_of_hour)
    return Backtest(np.array(list(known), dtype=np.int64), predicted, actual, tickets)


def choose(backtest: Backtest) -> str:
    """The candidate that has been closest, or the baseline where nothing can be judged."""
    errors = {name: backtest.mean_error(name) for name in backtest.predicted}
    if np.isnan(errors[BASELINE]):
        return BASELINE
    return min(errors, key=lambda name: (errors[name], name != BASELINE))


def half_widths(backtest: Backtest, name: str, row: int) -> FloatArray | None:
    """How far the logarithm of each day ahead may stray, by level; None with too little to tell by.

    Split-conformal on the errors that were known at the origin of the row, those of a weekday on the scale
    of its own errors: few tickets make a restless median.
    """
    errors = np.abs(backtest.known_before(row) - backtest.predicted[name][:row])
    if (~np.isnan(errors)).any(axis=1).sum() < _MIN_ORIGINS:
        return None
    ahead = backtest.origins[: row + 1, np.newaxis] + np.arange(HORIZON_DAYS)
    scale = _weekday_scale(errors, ahead[:row] % 7)
    scores = errors / scale[ahead[:row] % 7]
    widths = np.empty((len(LEVELS), HORIZON_DAYS))
    reached = np.zeros(len(LEVELS))
    for begin, end in zip((0, *GROUP_ENDS[:-1]), GROUP_ENDS, strict=True):
        seen = scores[:, begin:end]
        if (~np.isnan(seen)).any():
            reached = np.maximum(reached, quantiles(seen[~np.isnan(seen)]))
        widths[:, begin:end] = reached[:, np.newaxis]
    scaled: FloatArray = widths * scale[ahead[row] % 7]
    return scaled


def coverage(backtest: Backtest, name: str) -> tuple[dict[str, float], int]:
    """Share of the days that lay within the bands of then, by level, and how many days that is of."""
    hits = [np.empty((len(LEVELS), 0), dtype=np.bool_)]
    for row in range(len(backtest.origins)):
        reach = half_widths(backtest, name, row)
        if reach is not None:
            judged = ~np.isnan(backtest.actual[row])
            misses = np.abs(backtest.actual[row] - backtest.predicted[name][row])
            hits.append((misses <= reach)[:, judged])
    counted = np.concatenate(hits, axis=1)
    if not counted.size:
        return {}, 0
    shares = {f"{level:.2f}": float(held) for level, held in zip(LEVELS, counted.mean(axis=1), strict=True)}
    return shares, counted.shape[1]


def _truth(
    history: History, origins: list[int], *, today: int, as_of_hour: float
) -> tuple[FloatArray, FloatArray]:
    first = origins[0]
    known = history.as_of(as_of_hour)
    medians = np.full(origins[-1] + HORIZON_DAYS - first, np.nan)
    medians[: today - first] = daily_medians(known, first, today)
    logs = np.log(medians, where=np.isfinite(medians), out=np.full(len(medians), np.nan))
    counts = np.bincount(known.between(first, today).days - first, minlength=len(medians)).astype(float)
    places = np.array(origins)[:, np.newaxis] - first + np.arange(HORIZON_DAYS)
    return logs[places], counts[places]


def _weekday_scale(errors: FloatArray, weekdays: IntArray) -> FloatArray:
    """Mean error of each weekday, shrunk to that of all."""
    judged = ~np.isnan(errors)
    usual = max(float(errors[judged].mean()), 1e-9)
    sums = np.bincount(weekdays[judged], errors[judged], minlength=7)
    counts = np.bincount(weekdays[judged], minlength=7)
    shrunk: FloatArray = (sums + _WEEKDAY_ERRORS * usual) / (counts + _WEEKDAY_ERRORS)
    return shrunk
