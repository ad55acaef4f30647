"""Judging the candidates by backtest, and choosing the one to serve."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ml.backtest import Backtest, Forecaster, rolling_origins, run_backtest
from ml.conformal import LEVELS, count_scale
from ml.metrics import PointErrors, naive_scale, point_errors
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.intervals import Calibration
from ml.ticket_volume.train import JUDGED_HORIZONS, combine

MAX_ORIGINS = 12
MIN_TRAIN_DAYS = 28
# By how much a single model must beat what would be served without it: the best of several wins by
# chance alone, and gains below this did not last on the public series. The combination, part
# baseline itself, kept even its small gains.
MARGIN = 0.05

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
    series: "pd.Series[float]",
    forecasters: Mapping[str, Forecaster],
    *,
    with_combination: bool,
    horizon: int,
) -> Backtest:
    """Weekly origins, enough of them that each judged horizon finds `MAX_ORIGINS` where history allows."""
    shortest, longest = min(JUDGED_HORIZONS), max(JUDGED_HORIZONS)
    origins = rolling_origins(
        len(series),
        horizon=shortest,
        min_train=MIN_TRAIN_DAYS,
        max_origins=MAX_ORIGINS + (longest - shortest) // 7,
    )
    backtest = run_backtest(series, forecasters, origins=origins, horizon=max(horizon, longest))
    if not with_combination:
        return backtest
    return replace(backtest, predicted=backtest.predicted | {"combination": combine(backtest.predicted)})


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


def selection_error(by_horizon: Mapping[int, HorizonScore]) -> float:
    """The figure that candidates compete on: mean absolute error, averaged over the judged horizons."""
    return float(np.mean([score.errors.mae for score in by_horizon.values()]))


def choose(scores: Scores) -> Choice:
    """The better baseline, unless the combination beats it; either, unless one model does so clearly."""
    errors = {name: selection_error(by_horizon) for name, by_horizon in scores.items()}
    champion = baseline = min(BASELINES, key=errors.__getitem__)
    if errors.get("combination", np.inf) < errors[baseline]:
        champion = "combination"
    best = min(errors, key=errors.__getitem__)
    if errors[best] < (1 - MARGIN) * errors[champion]:
        champion = best
    return Choice(champion=champion, fallback=champion in BASELINES, baseline=baseline)


def measured_coverage(
    backtest: Backtest, name: str, series: "pd.Series[float]"
) -> tuple[dict[str, float], int]:
    """How often past intervals held the truth, by level, and on how many days that was counted.

    At each origin the interval is calibrated on the errors that were already known there, never on
    those it is judged by.
    """
    horizon = max(JUDGED_HORIZONS)
    predicted = backtest.predicted[name]
    hits = [np.empty((len(LEVELS), 0), dtype=np.bool_)]
    for row, origin in enumerate(backtest.origins):
        realised = backtest.realised_before(int(origin))
        if realised.sum() < _MIN_REALISED:
            continue
        past = Calibration(
            values=np.asarray(series, dtype=np.float64)[:origin],
            actual=np.where(realised, backtest.actual, np.nan),
            predicted=predicted,
        )
        seen = backtest.known[row, :horizon]
        misses = np.abs(backtest.actual - predicted)[row, :horizon]
        reach = past.half_widths(size=1, periods=horizon) * count_scale(predicted[row, :horizon])
        hits.append((misses <= reach)[:, seen])
    counted = np.concatenate(hits, axis=1)
    if not counted.size:
        return {}, 0
    shares = {f"{level:.2f}": float(row.mean()) for level, row in zip(LEVELS, counted, strict=True)}
    return shares, counted.shape[1]


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
    return {**nothing, "origins": 0, "coverage": {}, "coverage_days": 0, "candidates": {}}
