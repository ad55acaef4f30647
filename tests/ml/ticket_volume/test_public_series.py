"""The baselines' errors on public series, as computed elsewhere from the same files."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from ml.backtest import rolling_origins, run_backtest
from ml.metrics import point_errors
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.features import daily_series


class Published(NamedTuple):
    name: str
    days: int
    horizon: int
    origins: int
    seasonal_naive: float
    weekday_mean: float


PUBLISHED = [
    Published("uci_opened_daily", 92, 7, 5, 59.3, 47.4),
    Published("uci_opened_daily", 92, 28, 2, 86.7, 41.2),
    Published("philly_illegal_dumping_daily", 3540, 7, 12, 22.4, 25.3),
    Published("philly_illegal_dumping_daily", 3540, 28, 12, 30.4, 32.5),
]


@pytest.mark.parametrize("published", PUBLISHED)
def test_baselines_reproduce_the_published_errors(shared_data: Path, published: Published) -> None:
    file = shared_data / "series" / f"{published.name}.csv"
    history = pd.read_csv(file).set_axis(["day", "count"], axis=1)
    day_after = pd.Timestamp(history["day"].max(), tz="UTC") + pd.Timedelta(days=1)
    series = daily_series(history, as_of=day_after.to_pydatetime())
    positions = rolling_origins(len(series), horizon=published.horizon, min_train=56, max_origins=12)
    backtest = run_backtest(series, BASELINES, origins=positions, horizon=published.horizon)
    mae = {
        name: round(point_errors(backtest.actual, predicted, scale=None).mae, 1)
        for name, predicted in backtest.predicted.items()
    }

    assert (len(series), len(positions)) == (published.days, published.origins)
    assert mae == {
        "seasonal_naive": published.seasonal_naive,
        "weekday_mean": published.weekday_mean,
    }
