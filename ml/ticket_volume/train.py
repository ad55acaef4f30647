"""The candidates that compete with the baselines."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.backtest import FitError, Forecaster
from ml.metrics import FloatArray
from ml.ticket_volume.baseline import BASELINES, WEEK, last_weeks

CHEAP_CANDIDATES = ("smoothed_weekday", "combination")
ALL_CANDIDATES = (*CHEAP_CANDIDATES, "prophet")
# Days ahead at which the candidates are judged.
JUDGED_HORIZONS = (7, 28)

_COMPONENTS = ("weekday_mean", "smoothed_weekday", "prophet")
_SMOOTHED_WEEKS = 12
_LEVEL_WEIGHT = 0.5
_PROFILE_WEIGHT = 0.1
_PROPHET_WINDOW_DAYS = 3 * 365
_YEAR_DAYS = 365
# Stiffer than Prophet's 0.05, whose trend bends with every busy month; measured on the public series.
_TREND_FLEXIBILITY = 0.02
_FIT_TIMEOUT_SECONDS = 20


def check_candidates(candidates: Sequence[str]) -> None:
    """Refuse names that no forecaster has."""
    known = (*BASELINES, *ALL_CANDIDATES)
    for name in candidates:
        if name not in known:
            raise ValueError(f"candidates names {name!r}, which is unknown; choose among {', '.join(known)}.")


def fitters(candidates: Sequence[str], *, seed: int, holidays: Sequence[date] = ()) -> dict[str, Forecaster]:
    """Forecasters to run for these candidates: both baselines always, and what a combination averages."""

    def prophet(series: "pd.Series[float]", horizon: int) -> FloatArray:
        return fit_prophet(series, horizon, seed=seed, holidays=holidays)

    chosen = dict(BASELINES)
    if {"smoothed_weekday", "combination"} & set(candidates):
        chosen["smoothed_weekday"] = smoothed_weekday
    if "prophet" in candidates:
        chosen["prophet"] = prophet
    return chosen


def components(names: Sequence[str]) -> list[str]:
    """Which of the forecasts at hand the combination is the mean of."""
    return [name for name in _COMPONENTS if name in names]


def combine(paths: Mapping[str, FloatArray]) -> FloatArray:
    """The plain mean of its components: errors of different kinds partly cancel."""
    mean: FloatArray = np.mean([paths[name] for name in components(list(paths))], axis=0)
    return mean


def smoothed_weekday(series: "pd.Series[float]", horizon: int) -> FloatArray:
    """A weekday profile times a level, each an exponentially weighted mean over the last 12 weeks.

    The level forgets fast (half of its weight lies on the last week), the profile slowly.
    """
    weeks = last_weeks(series, _SMOOTHED_WEEKS)
    age = np.arange(len(weeks))[::-1]
    level = float(np.average(weeks.mean(axis=1), weights=(1 - _LEVEL_WEIGHT) ** age))
    by_weekday = np.average(weeks, axis=0, weights=(1 - _PROFILE_WEIGHT) ** age)
    usual = float(by_weekday.mean())
    profile = by_weekday / usual if usual > 0 else np.ones(WEEK)
    return np.resize(level * profile, horizon)


def fit_prophet(
    series: "pd.Series[float]", horizon: int, *, seed: int, holidays: Sequence[date] = ()
) -> FloatArray:
    """Prophet with multiplicative seasons on the last three years, never below zero.

    The trend is held from the longest judged horizon on: further out nobody has checked it, and a line
    through a few weeks reaches absurd counts within months.

    Raises:
        FitError: Prophet failed in whatever way, timed out, or predicted something not finite.
    """
    recent = series.iloc[-_PROPHET_WINDOW_DAYS:]
    try:
        # Prophet's own use of deprecated calls is no news, even where warnings are errors.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = _prophet_path(recent, horizon, seed=seed, holidays=holidays)
    except Exception as error:
        # Prophet and Stan raise anything; a simpler candidate then serves.
        raise FitError(f"Prophet could not be fitted ({type(error).__name__}).") from error
    if not np.isfinite(path).all():
        raise FitError("Prophet predicted a value that is not finite.")
    return np.maximum(path, 0.0)


def _prophet_path(
    series: "pd.Series[float]", horizon: int, *, seed: int, holidays: Sequence[date]
) -> FloatArray:
    _silence("prophet", "prophet.forecaster", "prophet.models", "prophet.plot", "cmdstanpy")
    # Imported here: it takes a second, and a series without Prophet among its candidates needs none of it.
    from prophet import Prophet  # noqa: PLC0415

    model = Prophet(
        weekly_seasonality=True,
        yearly_seasonality=len(series) >= _YEAR_DAYS,
        daily_seasonality=False,
        seasonality_mode="multiplicative",
        changepoint_prior_scale=_TREND_FLEXIBILITY,
        holidays=_holiday_frame(holidays),
        uncertainty_samples=0,
    )
    frame = pd.DataFrame({"ds": series.index, "y": series.to_numpy()})
    model.fit(frame, seed=seed, iter=_fit_iterations(len(series)), timeout=_FIT_TIMEOUT_SECONDS)
    future = pd.date_range(series.index[-1] + pd.Timedelta(days=1), periods=horizon, freq="D")
    forecast = model.predict(pd.DataFrame({"ds": future}))
    trend = forecast["trend"].to_numpy(dtype=np.float64)
    held = trend[np.minimum(np.arange(horizon), max(JUDGED_HORIZONS) - 1)]
    season = forecast["multiplicative_terms"].to_numpy(dtype=np.float64)
    path: FloatArray = held * (1 + season)
    return path


def _fit_iterations(n_obs: int) -> int:
    # Below 100 days Prophet optimises with Newton, whose few steps are dear: its default of 10,000
    # takes minutes where the counts hold no noise, and real series are done in thirty.
    return 50 if n_obs < 100 else 2000  # noqa: PLR2004 - Prophet's own threshold


def _holiday_frame(holidays: Sequence[date]) -> pd.DataFrame | None:
    if not holidays:
        return None
    return pd.DataFrame({"holiday": "holiday", "ds": pd.to_datetime(list(holidays))})


def _silence(*loggers: str) -> None:
    # They report every fit, and a missing plotting library, as if it mattered. Not by level: cmdstanpy
    # sets its own at the first fit.
    for name in loggers:
        logging.getLogger(name).disabled = True
