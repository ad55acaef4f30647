"""Forecast one series of tickets per day: points with intervals, and how good they have been."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.backtest import FitError, Forecaster
from ml.metrics import FloatArray
from ml.ticket_volume import evaluate
from ml.ticket_volume.baseline import BASELINES, WEEK, mean
from ml.ticket_volume.features import daily_series, idle_days, utc_midnight
from ml.ticket_volume.intervals import Calibration
from ml.ticket_volume.periods import forecast_periods, forecast_points
from ml.ticket_volume.train import JUDGED_HORIZONS, check_candidates, combine, components, fitters

MODEL_VERSION = "ticket_volume-1.0"
MAX_HORIZON_DAYS = 180

_JUDGEABLE_DAYS = evaluate.MIN_TRAIN_DAYS + min(JUDGED_HORIZONS)
_IDLE_WARNING_DAYS = 28


@dataclass(frozen=True)
class VolumeForecast:
    """One series' forecast; `points` has one row per granularity and first day of the period."""

    points: pd.DataFrame
    champion: str
    fallback: bool
    n_obs: int
    train_start: date | None
    train_end: date | None
    quality: dict[str, Any]
    warnings: list[str]
    model_version: str = MODEL_VERSION


@dataclass(frozen=True)
class _Served:
    path: FloatArray
    champion: str
    fallback: bool
    calibration: Calibration
    quality: dict[str, Any]
    warnings: list[str]


def forecast_series(
    history: pd.DataFrame,
    *,
    as_of: datetime,
    horizon_days: int = MAX_HORIZON_DAYS,
    candidates: Sequence[str],
    seed: int,
    holidays: Sequence[date] = (),
) -> VolumeForecast:
    """Forecast from the day of `as_of` on, with whichever candidate has been the best so far.

    The baselines always compete. One of them is served, with `fallback` set, when no candidate beats
    the better one clearly, or when the history is too short to tell.

    Args:
        history: One row per day, columns `day` and `count`; days without a row count zero.
        as_of: Aware instant of the data; its own day, which is still running, is forecast, not learnt.
        horizon_days: Days to forecast, 1 to 180.
        candidates: Names out of `ALL_CANDIDATES`; without "prophet" a series costs milliseconds.
        seed: Handed to every fit that draws random numbers.
        holidays: Days that Prophet may treat as special, past and future.

    Raises:
        ValueError: An argument is out of bounds; the message says which and what to give instead.
    """
    check_candidates(candidates)
    if not 1 <= horizon_days <= MAX_HORIZON_DAYS:
        raise ValueError(f"horizon_days is {horizon_days}; give 1 to {MAX_HORIZON_DAYS}.")
    series = daily_series(history, as_of=as_of)
    first_day = utc_midnight(as_of)
    periods = forecast_periods(first_day, horizon_days)
    days = max((each.end - first_day).days for each in periods)
    if len(series) < _JUDGEABLE_DAYS:
        served = _serve_unjudged(series, days)
    else:
        served = _serve_best(series, days, candidates, seed=seed, holidays=holidays)
    path = pd.Series(served.path, index=pd.date_range(first_day, periods=days, freq="D"))
    return VolumeForecast(
        points=forecast_points(series, path, periods, served.calibration),
        champion=served.champion,
        fallback=served.fallback,
        n_obs=len(series),
        train_start=series.index[0].date() if len(series) else None,
        train_end=series.index[-1].date() if len(series) else None,
        quality=served.quality,
        warnings=[*served.warnings, *_idle_warning(series)],
    )


def _serve_unjudged(series: "pd.Series[float]", days: int) -> _Served:
    champion, forecaster = _best_guess(len(series))
    return _Served(
        path=forecaster(series, days),
        champion=champion,
        fallback=True,
        calibration=Calibration.without_backtest(np.asarray(series, dtype=np.float64)),
        quality=evaluate.unjudged(),
        warnings=[
            f"{len(series)} days of history are too few to judge a forecast; {_JUDGEABLE_DAYS} are needed."
        ],
    )


def _best_guess(n_obs: int) -> tuple[str, Forecaster]:
    if n_obs < WEEK:
        return "mean", mean
    name = "seasonal_naive" if n_obs < evaluate.MIN_TRAIN_DAYS else "weekday_mean"
    return name, BASELINES[name]


def _serve_best(
    series: "pd.Series[float]", days: int, candidates: Sequence[str], *, seed: int, holidays: Sequence[date]
) -> _Served:
    forecasters = fitters(candidates, seed=seed, holidays=holidays)
    backtest = evaluate.backtest_candidates(
        series, forecasters, with_combination="combination" in candidates, horizon=days
    )
    scores = evaluate.judge(backtest, series)
    choice = evaluate.choose(scores)
    fitted = {name: forecasters[name] for name in forecasters if name in backtest.predicted}
    try:
        path = _predict(choice.champion, fitted, series, days)
    except FitError as error:
        # Only Prophet can fail; without it the cheap candidates are judged anew.
        simpler = [name for name in candidates if name != "prophet"]
        served = _serve_best(series, days, simpler, seed=seed, holidays=holidays)
        return replace(served, warnings=[*served.warnings, str(error)])
    return _Served(
        path=path,
        champion=choice.champion,
        fallback=choice.fallback,
        calibration=Calibration(
            values=np.asarray(series, dtype=np.float64),
            actual=backtest.actual,
            predicted=backtest.predicted[choice.champion],
        ),
        quality=evaluate.quality(backtest, scores, choice, series),
        warnings=[f"{name} was left out: {reason}" for name, reason in backtest.failures.items()],
    )


def _predict(
    champion: str, fitted: dict[str, Forecaster], series: "pd.Series[float]", days: int
) -> FloatArray:
    if champion != "combination":
        return fitted[champion](series, days)
    return combine({name: fitted[name](series, days) for name in components(list(fitted))})


def _idle_warning(series: "pd.Series[float]") -> list[str]:
    idle = idle_days(series)
    if idle < _IDLE_WARNING_DAYS:
        return []
    return [f"No ticket has come for {idle} days; the forecast follows the silence."]
