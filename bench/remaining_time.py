"""Error and interval coverage of remaining-time predictions on the Italian help desk log.

Protocol of the published figures: cases of at least 3 events in order of their start, the first 64 %
to train on, 16 % to validate, 20 % to test; the remaining time in days, to the last event, asked after
each event from the second to the last but one. Three ways of learning, all asked the same:

* published: from all cases that started before the split, however late they ended;
* strict: only from those that were known to have ended when the split began;
* monthly: refitted every 30 days on what was known by then, as a desk would run it.

Whatever the models learnt from, peers, weights and intervals only know what was known at each event.
In the last line the durations are dealt out among the cases anew: nothing can beat the baseline there.

    python -m bench.remaining_time
    python -m bench.remaining_time --without-monthly --on validation
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.events import EventLog
from ml.resolution_time import Evaluation, evaluate
from ml.resolution_time.features import closed_before
from ml.resolution_time.rolling import Fold, describe, folds_by_time, predict_folds, present

COLUMNS = {
    "Case ID": "ticket",
    "Activity": "status",
    "Complete Timestamp": "at",
    "Resource": "assignee",
    "seriousness_2": "priority",
    "product": "category",
    "service_type": "sub_category",
    "service_level": "service_level",
    "workgroup": "group",
}
ATTRIBUTES = ("assignee", "priority", "category", "sub_category", "service_level", "group")
PUBLISHED = {"DALSTM": 12.90, "ProcessTransformer": 5.42, "PGTNet": 5.41, "GGNN": 4.80}
BAR = 4.80
MIN_EVENTS = 3
SHARES = (0.64, 0.80)
WARM_UP_DAYS = 120
REFIT_DAYS = 30
SEED = 0
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Protocol:
    """The described prefixes, the split that each belongs to (None if to none), and when splits begin."""

    prefixes: pd.DataFrame
    split: "pd.Series[str]"
    is_asked: "pd.Series[bool]"
    validation_begins: float
    test_begins: float

    def index(self, rows: "pd.Series[bool]") -> pd.Index:
        return self.prefixes.index[rows]


def read_log(path: Path) -> tuple[EventLog, pd.DataFrame]:
    """The log and its outcomes; that a case has ended is known a second after it says so."""
    rows = pd.read_csv(path, usecols=list(COLUMNS)).rename(columns=COLUMNS)
    rows["at"] = pd.to_datetime(rows["at"], format="%Y/%m/%d %H:%M:%S")
    rows = rows.sort_values(["ticket", "at"], kind="stable", ignore_index=True)
    rows["opened_at"] = rows.groupby("ticket")["at"].transform("first")
    last = rows.groupby("ticket").tail(1).set_index("ticket")
    # A few cases have an event at the second at which they end, and the protocol asks there too.
    known_at = (last["at"] + pd.Timedelta(seconds=1)).where(last["status"] == "Closed")
    return EventLog(rows, ATTRIBUTES), pd.DataFrame({"ended_at": last["at"], "known_at": known_at})


def shuffle_durations(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Outcomes in which every case lasts as long as another one did; what it then did later is void."""
    opened_at = log.rows.groupby("ticket")["at"].first()
    durations = (outcomes["ended_at"] - opened_at).to_numpy()
    ended_at = opened_at + np.random.default_rng(SEED).permutation(durations)
    return pd.DataFrame({"ended_at": ended_at, "known_at": ended_at})


def without_last_events(log: EventLog) -> EventLog:
    rows = log.rows
    return EventLog(rows[rows.duplicated("ticket", keep="last")], log.attributes)


def build_protocol(log: EventLog, outcomes: pd.DataFrame) -> Protocol:
    events = log.rows.groupby("ticket")["at"].agg(["first", "size"])
    cases = events[events["size"] >= MIN_EVENTS].sort_values("first", kind="stable")
    bounds = [int(share * len(cases)) for share in SHARES]
    splits = np.repeat(["train", "validation", "test"], np.diff([0, *bounds, len(cases)]))
    # The last event, at which nothing remains, is neither asked nor learnt from.
    prefixes = describe(without_last_events(log), outcomes)
    split = prefixes["ticket"].map(dict(zip(cases.index, splits, strict=True)))
    return Protocol(
        prefixes=prefixes,
        split=split,
        is_asked=split.notna() & (prefixes["step"] > 1),
        validation_begins=prefixes["opened"][split == "validation"].min(),
        test_begins=prefixes["opened"][split == "test"].min(),
    )


def published_folds(protocol: Protocol) -> list[Fold]:
    return folds_of(protocol, strict=False)


def strict_folds(protocol: Protocol) -> list[Fold]:
    return folds_of(protocol, strict=True)


def folds_of(protocol: Protocol, *, strict: bool) -> list[Fold]:
    """A warm-up before validation, which tells the experts apart, then validation, then test."""
    prefixes, split = protocol.prefixes, protocol.split
    begin = protocol.validation_begins - WARM_UP_DAYS
    is_warm_up = (split == "train") & prefixes["at"].between(begin, protocol.validation_begins, "left")
    train = prefixes[split == "train"]
    folds = [Fold(closed_before(train, begin).index, protocol.index(is_warm_up), begin)]
    for name, starts, earlier in (
        ("validation", protocol.validation_begins, ["train"]),
        ("test", protocol.test_begins, ["train", "validation"]),
    ):
        seen = prefixes[split.isin(earlier)]
        learnt = closed_before(seen, starts if strict else np.inf)
        as_of = starts if strict else float(learnt["known"].max())
        folds.append(Fold(learnt.index, protocol.index(split == name), as_of))
    return folds


def monthly_folds(protocol: Protocol) -> list[Fold]:
    begin = protocol.validation_begins - WARM_UP_DAYS
    cuts = np.arange(begin, protocol.prefixes["at"].max(), REFIT_DAYS)
    return folds_by_time(protocol.prefixes, list(cuts))


WAYS: dict[str, Callable[[Protocol], list[Fold]]] = {
    "published": published_folds,
    "strict": strict_folds,
    "monthly": monthly_folds,
}


def judge(protocol: Protocol, folds: list[Fold], on: str) -> Evaluation:
    predicted = present(predict_folds(protocol.prefixes, folds, seed=SEED))
    rows = predicted.index.isin(protocol.index(protocol.is_asked & (protocol.split == on)))
    return evaluate(predicted[rows])


def print_scores(title: str, scores: pd.DataFrame, note: str = "") -> None:
    for group, row in scores.to_dict("index").items():
        errors = f"{row['prefixes']:6.0f}{row['mae']:7.2f}{row['baseline_mae']:10.2f}"
        held = "".join(f"{row[f'held_{level}']:8.1%}{row[f'width_{level}']:7.1f}" for level in (80, 90))
        print(f"    {f'{title} {group}':34}{errors}{held}{note}")


def report(protocol: Protocol, ways: list[str], on: str) -> None:
    print(f"    {'':34} asked    MAE  baseline  80 % width    90 % width")
    for name in ways:
        started = time.perf_counter()
        evaluation = judge(protocol, WAYS[name](protocol), on)
        print_scores(name, evaluation.overall, f"   {time.perf_counter() - started:.0f} s")
        for title, groups in (
            ("priority", evaluation.by_priority),
            ("status", evaluation.by_status),
            ("event", evaluation.by_step),
        ):
            print_scores(f"  {title}", groups)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--shared-data", type=Path, default=default, help="folder with italian_helpdesk/")
    parser.add_argument("--on", choices=["validation", "test"], default="test", help="the split to judge")
    parser.add_argument("--without-monthly", action="store_true", help="leave out the slowest way")
    options = parser.parse_args()
    path = options.shared_data / "italian_helpdesk" / "helpdesk_finale.csv.gz"
    if not path.is_file():
        parser.error(f"{path} is no file; name the folder that holds italian_helpdesk/ by --shared-data.")
    log, outcomes = read_log(path)
    ways = [name for name in WAYS if name != "monthly" or not options.without_monthly]
    print(f"help desk log, {options.on} split; MAE and widths in days; the bar is {BAR:.2f}")
    print("  published: " + ", ".join(f"{name} {error:.2f}" for name, error in PUBLISHED.items()))
    report(build_protocol(log, outcomes), ways, options.on)
    shuffled = build_protocol(log, shuffle_durations(log, outcomes))
    evaluation = judge(shuffled, published_folds(shuffled), options.on)
    print_scores("published, shuffled durations,", evaluation.overall)


if __name__ == "__main__":
    main()
