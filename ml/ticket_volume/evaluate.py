"""Judging the candidates by backtest, and whether what they are blended to is worth serving."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.backtest import Backtest, Forecaster, rolling_origins, run_backtest
from ml.conformal import LEVELS, count_scale
from ml.metrics import PointErrors, naive_scale, point_errors
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.blend import BLEND
from ml.ticket_volume.intervals import Calibration
from ml.ticket_volume.weeks import WEEK, closed_weekdays

# Days ahead at which forecasts are judged.
JUDGED_HORIZONS = (7, 28)
MAX_ORIGINS = 12
MIN_TRAIN_DAYS = 28

_WEEKS_LOOKED_BACK = 26
# The first rows of the blend were weighted on next to nothing; with enough others they are left out.
_WARM_UP = 4
_WARM_ROWS = 12
_MIN_REALISED = 20

Scores = Mapping[str, Mapping[int, "HorizonScore"]]


@dataclass(frozen=True)
class HorizonScore:
    """Errors over all days up to a horizon, over the newest origins that can be judged that far."""

    origins: int
    errors: PointErrors


@dataclass(frozen=True)
class Choice:
    champion: str
    fallback: bool
    baseline: str


def backtest_candidates(
    series: "pd.Series[float]", forecasters: Mapping[str, Forecaster], *, horizon: int
) -> Backtest:
    """Forecasts from weekly origins of the last half year, and in the last row from the end of the series."""
    shortest, longest = min(JUDGED_HORIZONS), max(JUDGED_HORIZONS)
    origins = rolling_origins(
        len(series), horizon=shortest, min_train=MIN_TRAIN_DAYS, max_origins=_WEEKS_LOOKED_BACK
    )
    return run_backtest(series, forecasters, origins=[*origins, len(series)], horizon=max(horizon, longest))


def judge(backtest: Backtest, series: "pd.Series[float]") -> dict[str, dict[int, HorizonScore]]:
    """Errors of every candidate at every horizon that some origin can be judged at."""
    values = np.asarray(series, dtype=np.float64)
    # The scale is taken before the first origin, so that no judged day has a say in it.
    scale = naive_scale(values[: backtest.origins[0]]) or naive_scale(values)
    scores: dict[str, dict[int, HorizonScore]] = {name: {} for name in backtest.predicted}
    for horizon in JUDGED_HORIZONS:
        rows = np.flatnonzero(backtest.known[:, :horizon].all(axis=1))[-MAX_ORIGINS:]
        if not len(rows):
            continue
        actual = backtest.actual[rows, :horizon]
        for name, predicted in backtest.predicted.items():
            errors = point_errors(actual, predicted[rows, :horizon], scale=scale)
            scores[name][horizon] = HorizonScore(origins=len(rows), errors=errors)
    return scores


def selection_error(by_horizon: Mapping[int, HorizonScore], *, rare: bool) -> float:
    """What blend and baselines compete on: the error averaged over the judged horizons, see `is_rare`."""
    errors = [score.errors for score in by_horizon.values()]
    return float(np.mean([each.rmse if rare else each.mae for each in errors]))


def choose(scores: Scores, *, rare: bool) -> Choice:
    """The blend, unless the better baseline has been no worse."""
    errors = {name: selection_error(by_horizon, rare=rare) for name, by_horizon in scores.items()}
    baseline = min(BASELINES, key=errors.__getitem__)
    fallback = errors[baseline] <= errors[BLEND]
    return Choice(champion=baseline if fallback else BLEND, fallback=fallback, baseline=baseline)


def calibration_of(backtest: Backtest, name: str, series: "pd.Series[float]", *, row: int) -> Calibration:
    """What intervals issued at the origin of `row` are calibrated on: nothing that was not known there."""
    origin = int(backtest.origins[row])
    rows = slice(_WARM_UP if row >= _WARM_ROWS else 0, row)
    values = np.asarray(series, dtype=np.float64)[:origin]
    return Calibration(
        values=values,
        actual=np.where(backtest.realised_before(origin), backtest.actual, np.nan)[rows],
        predicted=backtest.predicted[name][rows],
        closed=closed_weekdays(values),
    )


def measured_coverage(
    backtest: Backtest, name: str, series: "pd.Series[float]"
) -> tuple[dict[str, float], int]:
    """How often past intervals held the truth, by level, and on how many days that was counted.

    Days that were known to be closed are not counted: they would be held for nothing.
    """
    horizon = max(JUDGED_HORIZONS)
    predicted = backtest.predicted[name]
    hits = [np.empty((len(LEVELS), 0), dtype=np.bool_)]
    for row in range(len(backtest.origins)):
        past = calibration_of(backtest, name, series, row=row)
        if np.count_nonzero(~np.isnan(past.actual)) < _MIN_REALISED:
            continue
        judged = backtest.known[row, :horizon] & ~np.resize(past.closed, horizon)
        misses = np.abs(backtest.actual - predicted)[row, :horizon]
        reach = past.half_widths(size=1, periods=horizon) * count_scale(predicted[row, :horizon])
        hits.append((misses <= reach)[:, judged])
    counted = np.concatenate(hits, axis=1)
    if not counted.size:
        return {}, 0
    shares = {f"{level:.2f}": float(row.mean()) for level, row in zip(LEVELS, counted, strict=True)}
    return shares, counted.shape[1]


def past_forecasts(backtest: Backtest, name: str, series: "pd.Series[float]") -> "pd.Series[float]":
    """What would have been told of each day of the last half year, one to seven days ahead, by day."""
    known = backtest.known[:, :WEEK]
    days = backtest.origins[:, np.newaxis] + np.arange(WEEK)
    return pd.Series(backtest.predicted[name][:, :WEEK][known], index=series.index[days[known]])


def no_past_forecasts() -> "pd.Series[float]":
    """The same, of a history that is too short to have been forecast."""
    return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([]))


def quality(backtest: Backtest, scores: Scores, choice: Choice, series: "pd.Series[float]") -> dict[str, Any]:
    """What is published beside a forecast: errors at the longest judged horizon, coverage, all scores."""
    judged = scores[choice.champion]
    headline = judged[max(judged)]
    shares, days = measured_coverage(backtest, choice.champion, series)
    return {
        **asdict(headline.errors),
        "horizon_days": max(judged),
        "origins": headline.origins,
        "baseline": choice.baseline,
        "coverage": shares,
        "coverage_days": days,
        "candidates": {
            name: {
                str(horizon): {**asdict(score.errors), "origins": score.origins}
                for horizon, score in by_horizon.items()
            }
            for name, by_horizon in scores.items()
        },
    }


def unjudged() -> dict[str, Any]:
    """The same, for a history too short to judge anything by."""
    nothing = dict.fromkeys(("mae", "rmse", "wape", "mase", "horizon_days", "baseline"))
    return {**nothing, "origins": 0, "coverage": {}, "coverage_days": 0, "candidates": {}, "weights": {}}
