"""Forecast series of tickets per day: points with intervals, and how good they have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from ml.backtest import Forecaster
from ml.forecast import Forecast
from ml.metrics import FloatArray
from ml.ticket_volume import evaluate
from ml.ticket_volume.blend import is_rare, with_blend
from ml.ticket_volume.coherence import add_up_to
from ml.ticket_volume.cold_start import POOLED, first_guess
from ml.ticket_volume.features import daily_series, idle_days, utc_midnight
from ml.ticket_volume.intervals import Calibration
from ml.ticket_volume.periods import Periods, forecast_periods, forecast_points
from ml.ticket_volume.train import check_candidates, fitters

MODEL_VERSION = "ticket_volume-2.1"
MAX_HORIZON_DAYS = 180
JUDGEABLE_DAYS = evaluate.MIN_TRAIN_DAYS + min(evaluate.JUDGED_HORIZONS)
_IDLE_WARNING_DAYS = 28


@dataclass(frozen=True)
class Served:
    """What is told of a series: a path of days ahead, whose it is, and how far it may stray."""

    path: FloatArray
    champion: str
    fallback: bool
    calibration: Calibration
    quality: dict[str, Any]
    warnings: list[str]
    past: "pd.Series[float]" = field(default_factory=evaluate.no_past_forecasts)


@dataclass(frozen=True)
class VolumeModel:
    """What was learnt of one series up to the day before `first_day`."""

    series: "pd.Series[float]"
    first_day: pd.Timestamp
    periods: list[Periods]
    served: Served

    def forecast(self) -> Forecast:
        series, served = self.series, self.served
        path = pd.Series(served.path, index=pd.date_range(self.first_day, periods=len(served.path), freq="D"))
        return Forecast(
            points=forecast_points(series, path, self.periods, served.calibration),
            champion=served.champion,
            fallback=served.fallback,
            n_obs=len(series),
            train_start=series.index[0].date() if len(series) else None,
            train_end=series.index[-1].date() if len(series) else None,
            quality=served.quality,
            warnings=[*served.warnings, *_idle_warning(series)],
            model_version=MODEL_VERSION,
        )


def forecast_series(
    history: pd.DataFrame,
    *,
    as_of: datetime,
    horizon_days: int = MAX_HORIZON_DAYS,
    candidates: Sequence[str],
    seed: int,
    holidays: Sequence[date] = (),
) -> Forecast:
    """Forecast one series by itself; see `learn_series`."""
    return learn_series(
        history,
        as_of=as_of,
        horizon_days=horizon_days,
        candidates=candidates,
        seed=seed,
        holidays=holidays,
    ).forecast()


def learn_series(
    history: pd.DataFrame,
    *,
    as_of: datetime,
    horizon_days: int = MAX_HORIZON_DAYS,
    candidates: Sequence[str],
    seed: int,
    holidays: Sequence[date] = (),
    whole: VolumeModel | None = None,
) -> VolumeModel:
    """Learn a series up to the day before `as_of`, with the candidates weighted by how wrong they have been.

    The baselines are always among them. The better one is served, with `fallback` set, when the blend
    has been no better, and a simpler guess when the history is too short to tell.

    Args:
        history: One row per day, columns `day` and `count`; days without a row count zero.
        as_of: Aware instant of the data; its own day, which is still running, is forecast, not learnt.
        horizon_days: Days to forecast, 1 to 180.
        candidates: Names out of `ALL_CANDIDATES`; without "prophet" a series costs a tenth of a second.
        seed: Handed to every fit that draws random numbers.
        holidays: Days off, past and future.
        whole: What was learnt of the series that this one is part of; a young part borrows its week.

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
    if len(series) < JUDGEABLE_DAYS:
        served = _guess(series, days, whole)
    else:
        served = serve_best(
            series, fitters(candidates, seed=seed, holidays=holidays), days=days, holidays=holidays
        )
    return VolumeModel(series, first_day, periods, served)


def serve_best(
    series: "pd.Series[float]",
    forecasters: Mapping[str, Forecaster],
    *,
    days: int,
    holidays: Sequence[date] = (),
) -> Served:
    """Blend the forecasters by their errors so far, and serve that unless a baseline has been no worse.

    Args:
        series: Tickets per day without a gap, at least `JUDGEABLE_DAYS` of them.
        forecasters: The baselines and any others, by name.
        days: How many days to forecast.
        holidays: Days off, past and future.
    """
    candidates = evaluate.backtest_candidates(series, forecasters, horizon=days)
    backtest, weights = with_blend(candidates, series, holidays)
    scores = evaluate.judge(backtest, series)
    choice = evaluate.choose(scores, rare=is_rare(np.asarray(series, dtype=np.float64)))
    now = len(backtest.origins) - 1
    quality = evaluate.quality(backtest, scores, choice, series)
    return Served(
        path=backtest.predicted[choice.champion][now, :days],
        champion=choice.champion,
        fallback=choice.fallback,
        calibration=evaluate.calibration_of(backtest, choice.champion, series, row=now),
        quality=quality | {"weights": {} if choice.fallback else weights},
        warnings=[f"{name} was left out: {reason}" for name, reason in backtest.failures.items()],
        past=evaluate.past_forecasts(backtest, choice.champion, series),
    )


def reconcile(whole: VolumeModel, parts: Sequence[VolumeModel]) -> list[VolumeModel]:
    """The parts with their paths scaled to add up to the whole's, which they must leave nothing of out."""
    paths = add_up_to(whole.served.path, np.array([part.served.path for part in parts]))
    return [
        replace(part, served=replace(part.served, path=path)) for part, path in zip(parts, paths, strict=True)
    ]


def _guess(series: "pd.Series[float]", days: int, whole: VolumeModel | None) -> Served:
    values = np.asarray(series, dtype=np.float64)
    lender = None if whole is None else np.asarray(whole.series, dtype=np.float64)
    name, path = first_guess(values, days, whole=lender)
    needed = f"{len(series)} days of history are too few to judge a forecast; {JUDGEABLE_DAYS} are needed."
    borrowed = ["Until then its week is taken from all tickets."] if name == POOLED else []
    return Served(
        path=path,
        champion=name,
        fallback=True,
        calibration=Calibration.without_backtest(values),
        quality=evaluate.unjudged(),
        warnings=[needed, *borrowed],
    )


def _idle_warning(series: "pd.Series[float]") -> list[str]:
    idle = idle_days(series)
    if idle < _IDLE_WARNING_DAYS:
        return []
    return [f"No ticket has come for {idle} days; the forecast follows the silence."]
