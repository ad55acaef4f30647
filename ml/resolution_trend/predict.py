"""How long the tickets of the next days will take to be resolved: a median per day, with its band."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.conformal import LEVELS, normal_quantile
from ml.forecast import POINT_COLUMNS, Forecast
from ml.metrics import FloatArray
from ml.resolution_trend.backtest import HORIZON_DAYS, Backtest, choose, coverage, half_widths, run_backtest
from ml.resolution_trend.candidates import BASELINE, Candidate
from ml.resolution_trend.cohorts import Cohorts, History

MODEL_VERSION = "resolution_trend-1.0"

_EPOCH = date(1970, 1, 1)
_HOUR_SECONDS = 3600


def forecast_trend(
    tickets: pd.DataFrame, holds: pd.DataFrame, *, as_of: datetime, candidates: Mapping[str, Candidate]
) -> Forecast:
    """Forecast the median hours, holds excluded, of the tickets that come on each of the next 28 days.

    The day that `as_of` falls on is the first of them. A ticket that is still open counts as one that
    takes longer than it has: leaving it out would make the newest days look quick.

    The points are daily, in hours; there are none while no ticket has been resolved.

    Args:
        tickets: `created_at` and `ended_at` (NaT while open) in UTC without a zone; `is_resolved`.
        holds: `ticket` (position in `tickets`), `held_at`, `resumed_at` (NaT while it lasts).
        as_of: Up to when the tickets were read, with a zone.
        candidates: `CHEAP`, or `all_candidates`, with which it takes ten seconds instead of none.
    """
    hour = as_of.timestamp() / _HOUR_SECONDS
    today = int(hour // 24)
    history = History(tickets, holds)
    known = history.as_of(hour)
    if not known.resolved.any():
        return _nothing(len(known.days))
    backtest = run_backtest(history, candidates, today=today, as_of_hour=hour)
    champion = choose(backtest)
    path = backtest.predicted[champion][-1]
    now = len(backtest.origins) - 1
    widths = half_widths(backtest, champion, now)
    warnings = []
    if widths is None:
        widths = _spread(known)
        warnings.append("The history is too short to judge a forecast; the band is that of single tickets.")
    return Forecast(
        points=_points(path, widths, today),
        champion=champion,
        fallback=champion == BASELINE,
        n_obs=len(known.days),
        train_start=_date(int(known.days[0])),
        train_end=_date(int(known.days[-1])),
        quality=_quality(backtest, champion),
        warnings=warnings,
        model_version=MODEL_VERSION,
    )


def _points(path: FloatArray, widths: FloatArray, today: int) -> pd.DataFrame:
    columns: dict[str, object] = {
        "granularity": "daily",
        "ds": [_date(today + ahead) for ahead in range(HORIZON_DAYS)],
        "predicted": np.exp(path),
    }
    for level, reach in zip(LEVELS, widths, strict=True):
        columns[f"lower_{level * 100:.0f}"] = np.exp(path - reach)
        columns[f"upper_{level * 100:.0f}"] = np.exp(path + reach)
    return pd.DataFrame(columns)


def _quality(backtest: Backtest, champion: str) -> dict[str, Any]:
    """Typical errors as factors: 1.25 is a quarter too much, or a fifth too little."""
    shares, days = coverage(backtest, champion)
    return {
        "error_factor": _factor(backtest.mean_error(champion)),
        "baseline_error_factor": _factor(backtest.mean_error(BASELINE)),
        "baseline": BASELINE,
        "origins": len(backtest.origins) - 1,
        "horizon_days": HORIZON_DAYS,
        "coverage": shares,
        "coverage_days": days,
        "candidates": {name: _factor(backtest.mean_error(name)) for name in backtest.predicted},
    }


def _factor(log_error: float) -> float | None:
    return None if np.isnan(log_error) else float(np.exp(log_error))


def _spread(known: Cohorts) -> FloatArray:
    """Bands without a backtest: how far single tickets stray from one another."""
    logs = np.log(known.hours[known.resolved])
    spread = max(float(np.std(logs)), 1.0)
    return np.array([np.full(HORIZON_DAYS, normal_quantile(level) * spread) for level in LEVELS])


def _nothing(tickets: int) -> Forecast:
    warning = "No ticket has been resolved yet; how long they will take is not known."
    none = pd.DataFrame(columns=list(POINT_COLUMNS))
    return Forecast(none, BASELINE, True, tickets, None, None, {}, [warning], MODEL_VERSION)


def _date(day: int) -> date:
    return date.fromordinal(_EPOCH.toordinal() + day)
