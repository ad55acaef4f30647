"""Errors of the forecast of tickets by hour beside two baselines, and how often its bands held.

Protocol: rolling origins one week apart over the last 26 weeks (12 where there is less than two years), each
with at least six weeks before it; 7 and 14 days ahead. `served` is what the product would have answered at
each origin, days, hours and bands, knowing nothing of the days that follow; without Prophet. The baselines
are the same hour of the same weekday a week ago, and its mean over four weeks.

Bars, on all tickets: WAPE at most 1.00 x either baseline, bands of 80 and 95 % hold within 4 points. Of the
parts many hours have no ticket, where the absolute error favours zero: theirs is the root mean squared one.

    python -m bench.hourly_forecast
"""

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from bench.incident_log import read_incidents
from bench.volume_series import read_incidents as read_incident_days
from ml.backtest import Forecaster
from ml.conformal import LEVELS
from ml.metrics import FloatArray
from ml.ticket_volume import CHEAP_CANDIDATES
from ml.ticket_volume.hours import (
    HOURS,
    JUDGED_DAYS,
    WINDOW_DAYS,
    half_widths,
    hour_shares,
    look_back,
    reach,
    spread,
)
from ml.ticket_volume.predict import serve_best
from ml.ticket_volume.train import fitters
from sluice.simulator.generator import Simulation

HORIZONS = (7, 14)
LEAST_DAYS_BEFORE = 42
LONG_SERIES_DAYS, LONG_WEEKS, SHORT_WEEKS = 730, 26, 12
PARTS = 4
SEED = 1
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Hours:
    """Tickets by day and hour of all tickets, and of the largest parts."""

    name: str
    whole: FloatArray
    parts: dict[str, FloatArray]


@dataclass(frozen=True)
class Issued:
    """By origin, day ahead and hour; `held` by level before these. NaN in `actual` where nothing came yet."""

    actual: FloatArray
    told: dict[str, FloatArray]
    held: FloatArray


def read_uci(folder: Path) -> Hours:
    """The public incident log and its largest categories, on the 92 days that are complete."""
    days = read_incident_days(folder).counts.index
    tickets = read_incidents(folder).log.rows.drop_duplicates("ticket")
    return _hours("uci_incidents", tickets["opened_at"], tickets["category"], days)


def simulate_desk(_: Path) -> Hours:
    """The simulated desk of the bench by days, and its departments, each in a time zone of its own."""
    desk = Simulation(tickets=20_000, days=730, seed=1, end=datetime(2026, 1, 1, tzinfo=UTC))
    opened: dict[str, tuple[datetime, str]] = {}
    for event in desk.events():
        opened.setdefault(event.ticket_key, (event.occurred_at.replace(tzinfo=None), event.department))
    tickets = pd.DataFrame(opened.values(), columns=["at", "department"])
    return _hours(
        "simulated_desk", tickets["at"], tickets["department"], pd.date_range("2024-01-02", periods=730)
    )


def issue(counts: FloatArray, whole: FloatArray | None, forecasters: dict[str, Forecaster]) -> Issued:
    """Stand at each origin and forecast as the product does."""
    days = pd.Series(counts.sum(axis=1), index=pd.date_range("2020-01-06", periods=len(counts)))
    weeks = LONG_WEEKS if len(counts) >= LONG_SERIES_DAYS else SHORT_WEEKS
    origins = sorted(range(len(counts) - min(HORIZONS), LEAST_DAYS_BEFORE - 1, -7)[:weeks])
    padded = np.concatenate([counts, np.full((JUDGED_DAYS, HOURS), np.nan)])
    actual = np.array([padded[origin : origin + JUDGED_DAYS] for origin in origins])
    told: dict[str, list[FloatArray]] = {"served": [], "week ago": [], "mean of 4": []}
    held = []
    for row, origin in enumerate(origins):
        known = _before(counts, origin)
        lent = None if whole is None else _before(whole, origin)
        answer = serve_best(days.iloc[:origin], forecasters, days=28)
        served = spread(answer.path[:JUDGED_DAYS], hour_shares(known, lent))
        widths = half_widths(look_back(answer.calibration, known, lent), answer.calibration.values)
        held.append(np.abs(served - actual[row]) <= reach(served, widths))
        told["served"].append(served)
        told["week ago"].append(np.resize(known[-7:], served.shape))
        told["mean of 4"].append(np.resize(known[-28:].reshape(4, 7, HOURS).mean(axis=0), served.shape))
    return Issued(
        actual, {name: np.array(rows) for name, rows in told.items()}, np.array(held).swapaxes(0, 1)
    )


def report(name: str, issued: Issued) -> Iterator[str]:
    """A line per horizon: errors, their ratios to those of each baseline, how often the bands held."""
    for horizon in HORIZONS:
        seen = ~np.isnan(issued.actual) & (np.arange(JUDGED_DAYS) < horizon)[:, np.newaxis]
        actual = issued.actual[seen]
        strayed = {who: np.abs(rows[seen] - actual) for who, rows in issued.told.items()}
        wape = {who: errors.sum() / actual.sum() for who, errors in strayed.items()}
        rmse = {who: np.sqrt(np.mean(errors**2)) for who, errors in strayed.items()}
        ratios = ", ".join(
            f"/ {who} {wape['served'] / wape[who]:.3f} (rmse {rmse['served'] / rmse[who]:.3f})"
            for who in ("week ago", "mean of 4")
        )
        shares = dict(zip(LEVELS, issued.held[:, seen].mean(axis=1), strict=True))
        told = " ".join(f"{wape[who]:.3f}" for who in wape)
        bands = ", ".join(f"{level:.0%} held {shares[level]:.1%}" for level in (0.80, 0.95))
        yield f"{name:34} {horizon:2} days  WAPE {told}  served {ratios}; {bands} of {len(actual)} hours"


SOURCES: dict[str, Callable[[Path], Hours]] = {"uci": read_uci, "simulated": simulate_desk}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder with uci_incidents/")
    parser.add_argument("--only", nargs="+", choices=SOURCES, default=list(SOURCES), help="which logs")
    options = parser.parse_args()
    if not options.shared_data.is_dir():
        parser.error(f"--shared-data {options.shared_data} is no folder; name the one with uci_incidents/.")
    forecasters = fitters(CHEAP_CANDIDATES, seed=SEED)
    print("WAPE: served, week ago, mean of 4")
    for name in options.only:
        hours = SOURCES[name](options.shared_data)
        print(*report(hours.name, issue(hours.whole, None, forecasters)), sep="\n")
        for part, counts in hours.parts.items():
            print(*report(f"  {part}", issue(counts, hours.whole, forecasters)), sep="\n")


def _hours(name: str, at: "pd.Series[pd.Timestamp]", part: "pd.Series[str]", days: pd.DatetimeIndex) -> Hours:
    largest = part.value_counts().index[:PARTS]
    return Hours(
        name,
        _matrix(at, days),
        {f"{each} ({(part == each).sum()} tickets)": _matrix(at[part == each], days) for each in largest},
    )


def _matrix(at: "pd.Series[pd.Timestamp]", days: pd.DatetimeIndex) -> FloatArray:
    day = days.get_indexer(pd.DatetimeIndex(at.dt.normalize()))
    counts = np.zeros((len(days), HOURS))
    np.add.at(counts, (day[day >= 0], at.dt.hour.to_numpy()[day >= 0]), 1.0)
    return counts


def _before(counts: FloatArray, origin: int) -> FloatArray:
    """The half year before an origin, as `hour_matrix` tells it."""
    known = counts[max(0, origin - WINDOW_DAYS) : origin]
    return np.concatenate([np.zeros((WINDOW_DAYS - len(known), HOURS)), known])


if __name__ == "__main__":
    main()
