"""Forecast errors and interval coverage on public series, beside both baselines.

Protocol: up to 12 rolling origins one week apart at the end of each series, each with at least eight
weeks before it; mean absolute error over 7 and over 28 days ahead. The row `served` is what
`forecast_series` would have answered at each origin, its choice of champion and the width of its
intervals included, knowing nothing of the days that follow.

    python -m bench.forecast_accuracy
    python -m bench.forecast_accuracy --max-origins 150 --without-prophet
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ml.backtest import Backtest, rolling_origins, run_backtest
from ml.conformal import LEVELS
from ml.metrics import FloatArray, naive_scale, point_errors
from ml.ticket_volume import ALL_CANDIDATES, CHEAP_CANDIDATES, forecast_series
from ml.ticket_volume.features import daily_series
from ml.ticket_volume.train import combine, fitters

SERIES = ("uci_opened_daily", "philly_illegal_dumping_daily")
HORIZONS = (7, 28)
MAX_ORIGINS = 12
MIN_TRAIN_DAYS = 56
SEED = 1
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Issued:
    """What was served at each origin: predictions, whether each level held, champions."""

    predicted: FloatArray
    held: dict[float, FloatArray]
    champions: list[str]


def read_series(path: Path) -> "pd.Series[float]":
    """The series as the product sees it: zero-filled, up to the last day of the file."""
    history = pd.read_csv(path).set_axis(["day", "count"], axis=1)
    day_after = pd.Timestamp(history["day"].max(), tz="UTC") + pd.Timedelta(days=1)
    return daily_series(history, as_of=day_after.to_pydatetime())


def backtest(series: "pd.Series[float]", horizon: int, origins: int, candidates: Sequence[str]) -> Backtest:
    """Every candidate at the protocol's origins."""
    positions = rolling_origins(len(series), horizon=horizon, min_train=MIN_TRAIN_DAYS, max_origins=origins)
    judged = run_backtest(series, fitters(candidates, seed=SEED), origins=positions, horizon=horizon)
    return replace(judged, predicted=judged.predicted | {"combination": combine(judged.predicted)})


def issue(series: "pd.Series[float]", judged: Backtest, candidates: Sequence[str]) -> Issued:
    """Call the product at each origin with the history up to it."""
    horizon = judged.actual.shape[1]
    predicted, champions = [], []
    held: dict[float, list[FloatArray]] = {level: [] for level in LEVELS}
    for origin, actual in zip(judged.origins, judged.actual, strict=True):
        known = series.iloc[: int(origin)]
        forecast = forecast_series(
            known.rename_axis("day").rename("count").reset_index(),
            as_of=(known.index[-1] + pd.Timedelta(days=1)).tz_localize("UTC").to_pydatetime(),
            horizon_days=horizon,
            candidates=candidates,
            seed=SEED,
        )
        daily = forecast.points.query("granularity == 'daily'")
        predicted.append(daily["predicted"].to_numpy())
        champions.append(forecast.champion)
        for level in LEVELS:
            lower, upper = (daily[f"{bound}_{level * 100:.0f}"].to_numpy() for bound in ("lower", "upper"))
            held[level].append((lower <= actual) & (actual <= upper))
    return Issued(np.array(predicted), {level: np.array(rows) for level, rows in held.items()}, champions)


def report(name: str, series: "pd.Series[float]", origins: int, candidates: Sequence[str]) -> None:
    print(f"\n{name}: {len(series)} days, mean {series.mean():.1f}")
    scale = naive_scale(np.asarray(series.iloc[:MIN_TRAIN_DAYS]))
    for horizon in HORIZONS:
        judged = backtest(series, horizon, origins, candidates)
        issued = issue(series, judged, candidates)
        print(f"  {horizon} days ahead, {len(judged.origins)} origins    MAE   WAPE   MASE")
        for candidate, predicted in {**judged.predicted, "served": issued.predicted}.items():
            errors = point_errors(judged.actual, predicted, scale=scale)
            print(f"    {candidate:26}{errors.mae:6.1f} {errors.wape:6.3f} {errors.mase:6.2f}")
        chosen = {champion: issued.champions.count(champion) for champion in sorted(set(issued.champions))}
        shares = ", ".join(f"{level:.0%} held {hits.mean():.1%}" for level, hits in issued.held.items())
        print(f"    served: {chosen}; {shares} of {judged.actual.size} days")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder with series/*.csv")
    parser.add_argument("--max-origins", type=int, default=MAX_ORIGINS, help="how far back to go, in weeks")
    parser.add_argument("--without-prophet", action="store_true", help="cheap candidates only")
    options = parser.parse_args()
    if not options.shared_data.is_dir():
        parser.error(f"--shared-data {options.shared_data} is no folder; name the one that holds series/.")
    candidates = CHEAP_CANDIDATES if options.without_prophet else ALL_CANDIDATES
    for name in SERIES:
        series = read_series(options.shared_data / "series" / f"{name}.csv")
        report(name, series, options.max_origins, candidates)


if __name__ == "__main__":
    main()
