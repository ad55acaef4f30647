"""Errors of the forecasts of ticket volume, beside each candidate alone, and how often the bands held.

Protocol: rolling origins one week apart over the last 52 weeks of each series (12 where it is shorter than
two years), each with at least six weeks before it; 7 and 28 days ahead. `served` is what the product would
have answered at each origin, its weights and the width of its bands included, knowing nothing of the days
that follow. MASE is by the seasonal naive's error before the first origin.

Bars: served at most 1.00 x seasonal naive and 1.00 x mean of 4 weeks on every series, at most 1.03 x the
candidate that was best in hindsight, better than Prophet on the average; bands of 80 and 95 % hold within
4 points. Days on which a series is closed, or that its file does not have, are not judged.

    python -m bench.forecast_accuracy
    python -m bench.forecast_accuracy --without-prophet --only uci bank
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.volume_series import SOURCES, Series
from ml.backtest import Forecaster
from ml.conformal import LEVELS, count_scale
from ml.metrics import FloatArray, naive_scale
from ml.ticket_volume import ALL_CANDIDATES, CHEAP_CANDIDATES
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.predict import serve_best
from ml.ticket_volume.train import fitters

HORIZONS = (7, 28)
LEAST_DAYS_BEFORE = 42
LONG_SERIES_DAYS, LONG_WEEKS, SHORT_WEEKS = 730, 52, 12
SEED = 1
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Issued:
    """Forecasts of one series from several origins: `paths` and `reach` by origin and day ahead."""

    origins: list[int]
    actual: FloatArray
    paths: dict[str, FloatArray]
    reach: FloatArray
    fallbacks: int


class Remembering:
    """A forecaster that is asked for the same origin again and again, and is slow."""

    def __init__(self, forecaster: Forecaster, horizon: int) -> None:
        self._forecaster, self._horizon = forecaster, horizon
        self._rows: dict[int, FloatArray] = {}

    def __call__(self, series: "pd.Series[float]", origins: Sequence[int], horizon: int) -> FloatArray:
        for origin in origins:
            if origin not in self._rows:
                self._rows[origin] = self._forecaster(series, [origin], self._horizon)[0]
        return np.array([self._rows[origin][:horizon] for origin in origins])


def issue(series: Series, horizon: int, forecasters: Mapping[str, Forecaster]) -> Issued:
    """Stand at each origin, forecast as the product does, and note what each candidate says there."""
    values = series.counts
    weeks = LONG_WEEKS if len(values) >= LONG_SERIES_DAYS else SHORT_WEEKS
    origins = sorted(range(len(values) - horizon, LEAST_DAYS_BEFORE - 1, -7)[:weeks])
    longest = max(HORIZONS)
    served, reach, fallbacks = [], [], 0
    for origin in origins:
        answer = serve_best(values.iloc[:origin], forecasters, days=longest)
        widths = answer.calibration.half_widths(size=1, periods=longest)
        served.append(answer.path)
        reach.append(widths * count_scale(answer.path))
        fallbacks += answer.fallback
    paths = {name: each(values, origins, longest) for name, each in forecasters.items()}
    paths["served"] = np.array(served)
    judged = series.judged.to_numpy()
    return Issued(
        origins,
        np.array([judged[origin : origin + horizon] for origin in origins]),
        {name: rows[:, :horizon] for name, rows in paths.items()},
        np.array(reach)[:, :, :horizon],
        fallbacks,
    )


def report(series: Series, forecasters: Mapping[str, Forecaster]) -> Iterator[dict[str, float]]:
    """Print the figures of a series, and tell the served forecast's ratios to what it is judged by."""
    values = series.counts
    print(f"\n{series.name}: {len(values)} days, mean {values.mean():.1f}")
    for horizon in HORIZONS:
        issued = issue(series, horizon, forecasters)
        seen = ~np.isnan(issued.actual)
        scale = naive_scale(np.asarray(values.iloc[: issued.origins[0]])) or np.nan
        mae = {name: float(np.abs(rows - issued.actual)[seen].mean()) for name, rows in issued.paths.items()}
        print(f"  {horizon} days ahead, {len(issued.origins)} origins       MAE    MASE   WAPE")
        for name, error in mae.items():
            wape = error / issued.actual[seen].mean()
            print(f"    {name:24}{error:10.2f} {error / scale:7.3f} {wape:6.3f}")
        served = mae.pop("served")
        best = min(mae, key=mae.__getitem__)
        ratios = {name: served / mae[name] for name in (*BASELINES, "prophet") if name in mae}
        ratios["best"] = served / mae[best]
        strayed = np.abs(issued.paths["served"] - issued.actual)[:, np.newaxis]
        held = (strayed <= issued.reach + 1e-9).transpose(1, 0, 2)[:, seen].mean(axis=1)
        print("    served /", ", ".join(f"{name} {ratio:.3f}" for name, ratio in ratios.items()), f"({best})")
        shares = ", ".join(f"{level:.0%} held {share:.1%}" for level, share in zip(LEVELS, held, strict=True))
        print(f"    {shares} of {seen.sum()} days; a baseline was served {issued.fallbacks} times")
        yield ratios


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder with series/*.csv")
    parser.add_argument("--only", nargs="+", choices=SOURCES, default=list(SOURCES), help="which series")
    parser.add_argument("--without-prophet", action="store_true", help="cheap candidates only")
    options = parser.parse_args()
    if not options.shared_data.is_dir():
        parser.error(f"--shared-data {options.shared_data} is no folder; name the one that holds series/.")
    ratios = []
    for name in options.only:
        series = SOURCES[name](options.shared_data)
        forecasters = fitters(CHEAP_CANDIDATES if options.without_prophet else ALL_CANDIDATES, seed=SEED)
        if "prophet" in forecasters:
            forecasters["prophet"] = Remembering(forecasters["prophet"], max(HORIZONS))
        ratios += list(report(series, forecasters))
    worst = pd.DataFrame(ratios)
    print("\nserved / each, worst:", ", ".join(f"{name} {worst[name].max():.3f}" for name in worst))
    print("served / each, mean: ", ", ".join(f"{name} {worst[name].mean():.3f}" for name in worst))


if __name__ == "__main__":
    main()
