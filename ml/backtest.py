"""Rolling-origin backtests: stand at a day in the past, forecast, compare with what followed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import FloatArray

Forecaster = Callable[["pd.Series[float]", Sequence[int], int], FloatArray]
"""Takes a series, the origins to stand at and a number of days; returns a row of predictions per origin.

An origin is the number of observations before it, and its row is made from these alone. Taking all at
once lets a recursive model pass over the history a single time.
"""


class FitError(Exception):
    """A model could not be fitted, or predicted something that is not a number."""


@dataclass(frozen=True)
class Backtest:
    """Forecast paths of several candidates from the same origins.

    `actual` and every array of `predicted` have one row per origin (oldest first) and one column
    per day ahead; days after the end of the series are NaN in `actual`.
    """

    origins: npt.NDArray[np.int64]
    actual: FloatArray
    predicted: dict[str, FloatArray]
    failures: dict[str, str]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which days ahead of which origin have been observed."""
        return ~np.isnan(self.actual)

    def realised_before(self, origin: int) -> npt.NDArray[np.bool_]:
        """Which days ahead of which origin had been observed when standing at `origin`."""
        ahead = np.arange(self.actual.shape[1])
        return self.known & (self.origins[:, np.newaxis] + ahead < origin)


def rolling_origins(
    n_obs: int, *, horizon: int, min_train: int, max_origins: int, step: int = 7
) -> list[int]:
    """Positions to forecast from, oldest first, `step` apart, each with `horizon` days to judge it by.

    An origin is the number of observations before it: the last one is `n_obs - horizon`.
    """
    newest_first = range(n_obs - horizon, min_train - 1, -step)
    return sorted(newest_first[:max_origins])


def one_by_one(forecast: Callable[[FloatArray, int], FloatArray]) -> Forecaster:
    """A forecaster from a function of the values before an origin and the days ahead."""

    def forecast_from(series: "pd.Series[float]", origins: Sequence[int], horizon: int) -> FloatArray:
        values = np.asarray(series, dtype=np.float64)
        return np.array([forecast(values[:origin], horizon) for origin in origins])

    return forecast_from


def run_backtest(
    series: "pd.Series[float]",
    forecasters: Mapping[str, Forecaster],
    *,
    origins: Sequence[int],
    horizon: int,
) -> Backtest:
    """Forecast `horizon` days from every origin with every forecaster.

    A forecaster that fails at one origin is left out altogether, its reason kept in `failures`:
    errors over different origins could not be compared.
    """
    shape = (len(origins), horizon)
    padded = np.concatenate([np.asarray(series, dtype=np.float64), np.full(horizon, np.nan)])
    actual = np.array([padded[origin : origin + horizon] for origin in origins]).reshape(shape)
    predicted: dict[str, FloatArray] = {}
    failures: dict[str, str] = {}
    for name, forecaster in forecasters.items():
        try:
            predicted[name] = forecaster(series, origins, horizon).reshape(shape)
        except FitError as error:
            failures[name] = str(error)
    return Backtest(np.asarray(origins, dtype=np.int64), actual, predicted, failures)
