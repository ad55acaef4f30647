"""Whether features know the future: take it away, and see which of them move."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.events import EventLog

# Pairs share instants, as a rebuild is dear and a comparison is not.
TICKETS_PER_INSTANT = 25

_TOLERANCE = 1e-6

FeatureBuilder = Callable[[EventLog, pd.DataFrame], pd.DataFrame]
"""Takes a log and the outcomes known by its end; returns one row per event, with the log's index."""


@dataclass(frozen=True)
class Leak:
    """A feature that changed for an event that had happened, though only later ones were taken away."""

    feature: str
    moved: int
    ticket: object
    instant: pd.Timestamp
    complete: float
    as_of: float


def find_leaks(
    build_features: FeatureBuilder, log: EventLog, outcomes: pd.DataFrame, *, pairs: int = 1000, seed: int = 0
) -> list[Leak]:
    """Features that know what happens after the event they are of, the worst first.

    Draws `pairs` of a ticket and an instant, 25 tickets to an instant. For each instant the features are
    built again without any event or outcome of any ticket after it, and each ticket's newest row is
    compared with the same row of the complete build. What a column of the log itself was told too early
    cannot be seen this way: leave such columns out.

    Args:
        build_features: What to screen.
        log: All events, with a unique index.
        outcomes: One row per ticket, indexed by it: `known_at`, and whatever the builder reads.
        pairs: How many rows to compare; fewer where the log has not as many tickets.
        seed: Of the draw.

    Returns:
        One entry per leaking feature: in how many pairs it moved, and one pair as an example. A feature
        that stands only in one of two builds counts as moved.
    """
    random = np.random.default_rng(seed)
    complete = build_features(log, outcomes)
    moved: dict[str, list[Leak]] = {}
    for instant in _instants(log, math.ceil(pairs / TICKETS_PER_INSTANT), random):
        seen = log.until(instant)
        newest = seen.rows.drop_duplicates("ticket", keep="last")
        drawn = newest.iloc[random.permutation(len(newest))[:TICKETS_PER_INSTANT]]
        known = outcomes[outcomes["known_at"] <= instant]
        again = build_features(seen, known).reindex(drawn.index)
        for leak in _compare(drawn["ticket"], complete.loc[drawn.index], again, instant):
            moved.setdefault(leak.feature, []).append(leak)
    leaks = [
        Leak(name, sum(each.moved for each in found), *_example(found[0])) for name, found in moved.items()
    ]
    return sorted(leaks, key=lambda leak: (-leak.moved, leak.feature))


def _instants(log: EventLog, count: int, random: np.random.Generator) -> list[pd.Timestamp]:
    # Not before there are tickets enough to draw from, unless there never are.
    openings = log.rows.drop_duplicates("ticket")["at"].sort_values()
    if openings.empty:
        return []
    begin = openings.iloc[min(TICKETS_PER_INSTANT, len(openings)) - 1]
    times = log.rows["at"][log.rows["at"] >= begin].to_numpy()
    return [pd.Timestamp(time) for time in np.sort(random.choice(times, count))]


def _compare(
    tickets: "pd.Series[str]", complete: pd.DataFrame, again: pd.DataFrame, instant: pd.Timestamp
) -> list[Leak]:
    leaks = []
    for name in complete.columns.union(again.columns, sort=False):
        before = complete.get(name, pd.Series(np.inf, complete.index)).to_numpy(dtype=np.float64)
        after = again.get(name, pd.Series(np.inf, again.index)).to_numpy(dtype=np.float64)
        apart = ~np.isclose(before, after, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
        if apart.any():
            first = int(apart.argmax())
            values = float(before[first]), float(after[first])
            leaks.append(Leak(str(name), int(apart.sum()), tickets.iloc[first], instant, *values))
    return leaks


def _example(leak: Leak) -> tuple[object, pd.Timestamp, float, float]:
    return leak.ticket, leak.instant, leak.complete, leak.as_of
