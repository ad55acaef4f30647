"""Error and coverage of the median resolution time forecast of the tickets of each of the next 28 days.

Weekly origins of the last half year of each log, each knowing only what was known then. Errors are mean
distances of logarithms, weighted by the tickets of a day, told as factors: 1.25 is a quarter too much, or a
fifth too little.

    python -m bench.resolution_trend
"""

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from ml.resolution_trend import all_candidates, forecast_trend
from sluice.simulator.generator import Simulation

SEED = 1
PROJECT = Path(__file__).parent.parent
NO_HOLDS = pd.DataFrame({"ticket": [], "held_at": pd.to_datetime([]), "resumed_at": pd.to_datetime([])})


def read_help_desk(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "italian_helpdesk" / "helpdesk_finale.csv.gz")
    at = pd.to_datetime(rows["Complete Timestamp"]).groupby(rows["Case ID"])
    return pd.DataFrame({"created_at": at.min(), "ended_at": at.max()})


def read_incidents(folder: Path) -> pd.DataFrame:
    """The hundred days of the public incident log in which it is complete."""
    rows = pd.read_csv(
        folder / "uci_incidents" / "incident_event_log.csv.gz", na_values="?", low_memory=False
    )
    last = rows.drop_duplicates("number", keep="last")
    told = {"created_at": last["opened_at"], "ended_at": last["resolved_at"]}
    tickets = pd.DataFrame({name: pd.to_datetime(told[name], dayfirst=True) for name in told}).dropna()
    return tickets[tickets["created_at"].between("2016-02-29", "2016-05-31")]


def simulate_desk(_: Path) -> pd.DataFrame:
    opened: dict[str, datetime] = {}
    resolved: dict[str, datetime] = {}
    for event in Simulation(tickets=15_000, days=400, seed=1, end=datetime(2026, 1, 1, tzinfo=UTC)).events():
        opened.setdefault(event.ticket_key, event.occurred_at)
        if event.task_status == "completed":
            resolved[event.ticket_key] = event.occurred_at
    tickets = pd.DataFrame({"created_at": pd.Series(opened), "ended_at": pd.Series(resolved)})
    return tickets.apply(lambda column: pd.to_datetime(column, utc=True).dt.tz_localize(None))


SOURCES: dict[str, Callable[[Path], pd.DataFrame]] = {
    "help desk log": read_help_desk,
    "incident log": read_incidents,
    "simulated desk": simulate_desk,
}


def judge(name: str, tickets: pd.DataFrame) -> None:
    tickets = tickets.assign(is_resolved=tickets["ended_at"].notna()).reset_index(drop=True)
    as_of = tickets["created_at"].max().tz_localize(UTC).to_pydatetime()
    told = forecast_trend(tickets, NO_HOLDS, as_of=as_of, candidates=all_candidates(SEED))
    quality = told.quality
    print(f"\n{name}: {told.n_obs:,} tickets, {quality['origins']} origins, served {told.champion}")
    for candidate, factor in quality["candidates"].items():
        print(f"  {candidate:24}{factor:8.3f}")
    for level, held in quality["coverage"].items():
        print(f"  band of {float(level):.0%} held {held:.1%} of {quality['coverage_days']} days")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder of the public logs")
    options = parser.parse_args()
    for name, read in SOURCES.items():
        judge(name, read(options.shared_data))


if __name__ == "__main__":
    main()
