"""Prophet as one candidate among several."""

import logging
import warnings
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.backtest import FitError
from ml.metrics import FloatArray

_PROPHET_WINDOW_DAYS = 3 * 365
_YEAR_DAYS = 365
# Further out than candidates are judged, a line through a few weeks reaches absurd counts within months.
_TREND_DAYS = 28
# Stiffer than Prophet's 0.05, whose trend bends with every busy month; measured on the public series.
_TREND_FLEXIBILITY = 0.02
_FIT_TIMEOUT_SECONDS = 20
# What Prophet and Stan raise over data they cannot fit, a fit that does not end (an OSError) among it.
_FIT_ERRORS = (ArithmeticError, LookupError, OSError, RuntimeError, ValueError)


def fit_prophet(
    series: "pd.Series[float]", horizon: int, *, seed: int, holidays: Sequence[date] = ()
) -> FloatArray:
    """Prophet with multiplicative seasons on the last three years, never below zero.

    The trend is held after four weeks.

    Raises:
        FitError: Prophet failed in whatever way, timed out, or predicted something not finite.
    """
    recent = series.iloc[-_PROPHET_WINDOW_DAYS:]
    try:
        # Prophet's own use of deprecated calls is no news, even where warnings are errors.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = _prophet_path(recent, horizon, seed=seed, holidays=holidays)
    except _FIT_ERRORS as error:
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
    held = trend[np.minimum(np.arange(horizon), _TREND_DAYS - 1)]
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
