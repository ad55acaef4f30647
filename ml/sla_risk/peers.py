"""What other tickets tell of one: how those like it went, and how many wait beside it."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.events import EventLog
from ml.metrics import FloatArray

# Rates are of tickets at the same event of theirs; from this one on all count as the same.
LAST_POSITION = 8
# A rate of few peers is drawn to that of all, as if so many more of these had been seen.
PRIOR_PEERS = 15.0

# Keys of fewer values are no news to a model that tells the values apart. Their rates move slowly, all
# together, and so would tell it the date: what it then learns by heart fails from the next day on.
MIN_VALUES = 10
# Other pairs were tried on a public log, and told nothing more.
_PAIRS = (("group", "status"), ("assignee", "status"), ("actor", "status"), ("group", "category"))

PEERS = "peers:"

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Timeline:
    """Questions and records in the order of time; a question precedes the records of its instant."""

    order: IntArray
    questions: int

    @classmethod
    def of(cls, asked_at: IntArray, recorded_at: IntArray) -> "_Timeline":
        is_record = np.repeat([0, 1], [len(asked_at), len(recorded_at)])
        return cls(np.lexsort((is_record, np.concatenate([asked_at, recorded_at]))), len(asked_at))

    def sums(self, asked: IntArray, recorded: IntArray, values: FloatArray) -> FloatArray:
        """For each question, the sums over the records of its key that precede it.

        Args:
            asked: Keys of the questions, 0 and up, -1 for none.
            recorded: Keys of the records.
            values: One row per record, one column per thing to sum.
        """
        keys = np.concatenate([asked, recorded])[self.order]
        by_key = np.argsort(keys, kind="stable")
        places = self.order[by_key]
        added = np.concatenate([np.zeros((self.questions, values.shape[1])), values])[places]
        total = added.cumsum(axis=0)
        sorted_keys = keys[by_key]
        first = np.searchsorted(sorted_keys, sorted_keys)
        before = total - (total - added)[first]
        sums = np.empty((len(places), values.shape[1]))
        sums[places] = before
        return sums[: self.questions]


def learn_keys(log: EventLog) -> tuple[str, ...]:
    """The ways to be alike that have values enough for `peer_rates`."""
    return tuple(
        name for name, codes in _keys(log).items() if len(np.unique(codes[codes >= 0])) >= MIN_VALUES
    )


def peer_rates(log: EventLog, signals: pd.DataFrame, keys: Collection[str]) -> pd.DataFrame:
    """How tickets like this one went, as far as it was known before the event.

    Alike are tickets with the same value at the same position in their history: of each attribute, of
    the last three statuses, and of pairs. Each rate is a smoothed mean of a signal, less the mean over all
    tickets at that position, so that 0 says nothing.

    Args:
        log: All events.
        signals: As in `build_features`.
        keys: From `learn_keys`.
    """
    rows = log.rows
    names = [name for name in signals.columns if name != "known_at"]
    known = signals.reindex(rows["ticket"])
    position = rows.groupby("ticket", sort=False).cumcount().to_numpy()
    told = known["known_at"].notna().to_numpy() & (position < LAST_POSITION)
    place = np.minimum(position, LAST_POSITION - 1)
    asked_at = _nanoseconds(rows["at"])
    # A peer's record at some event cannot precede that event, though its outcome may have been known.
    recorded_at = np.maximum(_nanoseconds(known["known_at"][told]), asked_at[told])
    values = np.column_stack([np.ones(told.sum()), known[names].to_numpy(dtype=np.float64)[told]])
    timeline = _Timeline.of(asked_at, recorded_at)
    overall = timeline.sums(place, place[told], values)
    mean = overall[:, 1:] / np.maximum(overall[:, :1], 1.0)
    rates: dict[str, FloatArray] = {}
    alike_by = _keys(log)
    for key in keys:
        alike = alike_by[key]
        codes = np.where(alike >= 0, alike * LAST_POSITION + place, -1)
        sums = timeline.sums(codes, codes[told], values)
        deviation = (sums[:, 1:] - sums[:, :1] * mean) / (sums[:, :1] + PRIOR_PEERS)
        deviation[codes < 0] = np.nan
        rates |= {f"{PEERS}{key}:{name}": deviation[:, column] for column, name in enumerate(names)}
    return pd.DataFrame(rates, index=rows.index)


def open_tickets(log: EventLog, keys: "pd.Series[str]", resting: Collection[str]) -> "pd.Series[float]":
    """How many tickets were open under the same key right before each event, itself perhaps among them.

    Open is a ticket outside the `resting` statuses, under the key of its last event. NaN without a key.
    """
    rows = log.rows
    codes = _codes(keys)
    begins = _nanoseconds(rows["at"])
    following = rows.groupby("ticket", sort=False)["at"].shift(-1)
    waits = (codes >= 0) & ~rows["status"].isin(resting).to_numpy()
    leaves = waits & following.notna().to_numpy()
    timeline = _Timeline.of(begins, np.concatenate([begins[waits], _nanoseconds(following[leaves])]))
    steps = np.repeat([1.0, -1.0], [waits.sum(), leaves.sum()])[:, np.newaxis]
    counts = timeline.sums(codes, np.concatenate([codes[waits], codes[leaves]]), steps)[:, 0]
    return pd.Series(np.where(codes >= 0, counts, np.nan), index=rows.index)


def _keys(log: EventLog) -> dict[str, IntArray]:
    """Of each event, a number per way to be alike; -1 where it is like none."""
    rows = log.rows
    codes = {name: _codes(rows[name]) for name in ("status", *log.attributes)}
    earlier = pd.Series(codes["status"], rows.index).groupby(rows["ticket"], sort=False)
    # One more than the code, so that 0 stands before the first event, and not -1, which is like none.
    before, last = (earlier.shift(events, fill_value=-1).to_numpy() + 1 for events in (2, 1))
    path = _paired(_paired(before, last), codes["status"])
    pairs = {
        f"{first}+{second}": _paired(codes[first], codes[second])
        for first, second in _PAIRS
        if {first, second} <= set(codes)
    }
    return {name: codes[name] for name in log.attributes} | {"path": path} | pairs


def _codes(texts: "pd.Series[str]") -> IntArray:
    return pd.factorize(texts)[0].astype(np.int64)


def _paired(first: IntArray, second: IntArray) -> IntArray:
    both = first * (second.max(initial=0) + 1) + second
    return np.where((first >= 0) & (second >= 0), both, -1)


def _nanoseconds(times: "pd.Series[pd.Timestamp]") -> IntArray:
    return times.to_numpy(dtype="datetime64[ns]").astype(np.int64)
