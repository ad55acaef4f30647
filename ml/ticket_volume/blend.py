"""The forecast that is served: the candidates, weighted by how wrong each has been lately."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.backtest import Backtest
from ml.metrics import FloatArray
from ml.ticket_volume.holidays import holiday_factors
from ml.ticket_volume.weeks import WEEK, closed_weekdays

BLEND = "blend"
KNOWS_HOLIDAYS = "prophet"
# A candidate whose error is 10 % above the best's weighs about a tenth of it once half a year is known, and
# counts nearly as much as it after the first week.
_POWER = 24.0
_HALF_KNOWN_WEEKS = 4.0
_JUDGED_DAYS = 28
_RARE_DAYS = 182
_RARE_LEVEL = 5.0


def is_rare(values: FloatArray) -> bool:
    """Whether tickets are so rare that the absolute error misleads: of rare counts it favours zero.

    The median of a few tickets a week is none a day, which is right on most days and wrong in every month.
    Squared errors favour the mean.
    """
    return bool(values[-_RARE_DAYS:].mean() < _RARE_LEVEL)


def with_blend(
    backtest: Backtest, series: "pd.Series[float]", holidays: Sequence[date] = ()
) -> tuple[Backtest, dict[str, dict[str, float]]]:
    """Add the blend to a backtest, and tell the weights of its last origin.

    At each origin the weights rest on the errors that were known there. The first week ahead and the days
    after it are weighted apart: what is best tomorrow need not be so in a month. On days off the candidates
    that know none are taken by the share that earlier ones had; baselines by themselves stay what they are.
    """
    names = list(backtest.predicted)
    factors = holiday_factors(series, backtest.origins.tolist(), backtest.actual.shape[1], holidays)
    paths = np.array(
        [rows if name == KNOWS_HOLIDAYS else rows * factors for name, rows in backtest.predicted.items()]
    )
    values = np.asarray(series, dtype=np.float64)
    # A closed day says nothing of any candidate.
    closed = np.resize(closed_weekdays(values), paths.shape[2])
    errors = np.where(closed, np.nan, np.abs(paths - backtest.actual))
    served = np.empty(paths.shape[1:])
    near = far = np.empty(0)
    for row, origin in enumerate(backtest.origins):
        known = np.where(backtest.realised_before(int(origin)), errors, np.nan)[:, :, :_JUDGED_DAYS]
        rare = is_rare(values[: int(origin)])
        eligible = np.array([float(not (rare and name == "weekday_median")) for name in names])
        near = _weights(known[:, :, :WEEK], eligible, rare=rare)
        far = _weights(known[:, :, WEEK:], eligible, rare=rare, otherwise=near)
        served[row] = np.concatenate([near @ paths[:, row, :WEEK], far @ paths[:, row, WEEK:]])
    blended = Backtest(
        backtest.origins, backtest.actual, backtest.predicted | {BLEND: served}, backtest.failures
    )
    return blended, {"first_week": _told(names, near), "later": _told(names, far)}


def _weights(
    errors: FloatArray, eligible: FloatArray, *, rare: bool, otherwise: FloatArray | None = None
) -> FloatArray:
    """Weights that sum to 1, out of errors by candidate, origin and day ahead (NaN: not known)."""
    weeks = int((~np.isnan(errors[0])).any(axis=1).sum())
    if not weeks:
        return eligible / eligible.sum() if otherwise is None else otherwise
    total = np.sqrt(np.nansum(errors**2, axis=(1, 2))) if rare else np.nansum(errors, axis=(1, 2))
    loss = np.maximum(total, 1e-9)
    ratio = loss / loss[eligible > 0].min()
    weights = eligible * ratio ** (-_POWER * weeks / (weeks + _HALF_KNOWN_WEEKS))
    shares: FloatArray = weights / weights.sum()
    return shares


def _told(names: list[str], weights: FloatArray) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
