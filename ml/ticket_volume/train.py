"""The candidates that a forecast is blended from, beside the two baselines."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.backtest import Forecaster, one_by_one
from ml.metrics import FloatArray
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.levels import robust_level, smoothed_weekday, theta, weekday_median
from ml.ticket_volume.prophet_fit import fit_prophet
from ml.ticket_volume.seasons import harmonic, yearly
from ml.ticket_volume.smoothing import exponential_smoothing
from ml.ticket_volume.weeks import closed_weekdays

_CHEAP: dict[str, Forecaster] = {
    "smoothed_weekday": one_by_one(smoothed_weekday),
    "weekday_median": one_by_one(weekday_median),
    "robust_level": one_by_one(robust_level),
    "exponential_smoothing": exponential_smoothing,
    "theta": one_by_one(theta),
    "yearly": one_by_one(yearly),
    "harmonic": one_by_one(harmonic),
}
CHEAP_CANDIDATES = tuple(_CHEAP)
ALL_CANDIDATES = (*CHEAP_CANDIDATES, "prophet")


def check_candidates(candidates: Sequence[str]) -> None:
    """Refuse names that no forecaster has."""
    known = (*BASELINES, *ALL_CANDIDATES)
    for name in candidates:
        if name not in known:
            raise ValueError(f"candidates names {name!r}, which is unknown; choose among {', '.join(known)}.")


def fitters(candidates: Sequence[str], *, seed: int, holidays: Sequence[date] = ()) -> dict[str, Forecaster]:
    """Forecasters to run for these candidates, both baselines always among them."""

    def prophet(series: "pd.Series[float]", origins: Sequence[int], horizon: int) -> FloatArray:
        return np.array(
            [fit_prophet(series.iloc[:origin], horizon, seed=seed, holidays=holidays) for origin in origins]
        )

    known = _CHEAP | {"prophet": prophet}
    chosen = BASELINES | {name: known[name] for name in known if name in candidates}
    return {name: _closing(forecaster) for name, forecaster in chosen.items()}


def _closing(forecaster: Forecaster) -> Forecaster:
    """The same, expecting nothing on weekdays that were closed as known at each origin."""

    def forecast_from(series: "pd.Series[float]", origins: Sequence[int], horizon: int) -> FloatArray:
        values = np.asarray(series, dtype=np.float64)
        closed = np.array([np.resize(closed_weekdays(values[:origin]), horizon) for origin in origins])
        return np.where(closed, 0.0, forecaster(series, origins, horizon))

    return forecast_from
