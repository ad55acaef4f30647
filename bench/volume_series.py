"""Series of tickets per day to judge forecasts on, as the product would see them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from sluice.simulator.generator import Simulation


@dataclass(frozen=True)
class Series:
    """`counts` has every day; `judged` is NaN where the truth is not known or the desk was closed."""

    name: str
    counts: "pd.Series[float]"
    judged: "pd.Series[float]"


def read_incidents(folder: Path) -> Series:
    """Openings of the public incident log, the 92 days that are complete."""
    return _zero_filled("uci_opened_daily", _read(folder, "uci_opened_daily.csv", "date", "opened"))


def read_city_requests(folder: Path) -> Series:
    """Ten years of requests to a city, with growth, a shift in 2020 and a yearly season."""
    name = "philly_illegal_dumping_daily"
    return _zero_filled(name, _read(folder, f"{name}.csv", "day", "cnt"))


def read_bank_calls(folder: Path) -> Series:
    """Calls of a bank that is closed at weekends."""
    rows = pd.read_csv(folder / "series" / "bank_calls_5min_2003.csv.gz")
    days = pd.to_datetime(rows["datetime_local"]).dt.normalize()
    told = rows.groupby(days)["calls"].sum().astype(float)
    series = _zero_filled("bank_calls_2003", told)
    closed = [day for day in range(7) if told[told.index.day_of_week == day].empty]
    return Series(
        series.name, series.counts, series.judged.mask(series.counts.index.day_of_week.isin(closed))
    )


def read_page_views(folder: Path) -> Series:
    """Views of a page, whose file has the logarithm: days that it lacks are filled, and not judged."""
    return _filled("page_views", np.exp(_read(folder, "wp_log_peyton_manning.csv", "ds", "y")).round())


def read_log_page_views(folder: Path) -> Series:
    """The same as the file has it."""
    return _filled("log_page_views", _read(folder, "wp_log_peyton_manning.csv", "ds", "y"))


def simulate_desk(_: Path) -> Series:
    """The simulated desk: a year's season, growth, a lasting shift at three fifths, two days of trouble."""
    desk = Simulation(tickets=20_000, days=730, seed=1, end=datetime(2026, 1, 1, tzinfo=UTC))
    opened: dict[str, datetime] = {}
    for event in desk.events():
        opened.setdefault(event.ticket_key, event.occurred_at)
    days = Counter(pd.Timestamp(at.date()) for at in opened.values())
    return _zero_filled("simulated_desk", pd.Series(days, dtype=float).sort_index())


SOURCES: dict[str, Callable[[Path], Series]] = {
    "uci": read_incidents,
    "philly": read_city_requests,
    "bank": read_bank_calls,
    "views": read_page_views,
    "log_views": read_log_page_views,
    "simulated": simulate_desk,
}


def _read(folder: Path, file: str, day: str, count: str) -> "pd.Series[float]":
    rows = pd.read_csv(folder / "series" / file)
    return pd.Series(rows[count].to_numpy(dtype=float), index=pd.DatetimeIndex(rows[day])).sort_index()


def _zero_filled(name: str, told: "pd.Series[float]") -> Series:
    counts = told.reindex(_every_day(told), fill_value=0.0)
    return Series(name, counts, counts)


def _filled(name: str, told: "pd.Series[float]") -> Series:
    """Views do not stop where a file lacks a day: the week before stands in for it."""
    judged = told.reindex(_every_day(told))
    counts = judged.copy()
    for day in np.flatnonzero(judged.isna()):
        counts.iloc[day] = counts.iloc[day - 7]
    return Series(name, counts, judged)


def _every_day(told: "pd.Series[float]") -> pd.DatetimeIndex:
    return pd.date_range(told.index[0], told.index[-1], freq="D")
