"""What is known of a ticket as of each of its events: its own history, and its peers'."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from ml.events import EventLog
from ml.sla_risk.peers import PEERS, learn_keys, open_tickets, peer_rates

# Texts seen in fewer tickets are not told apart: a model would learn those tickets by heart.
MIN_TICKETS = 30
MAX_VALUES = 40
MAX_STATUSES = 8

_COUNTED = ("group", "assignee", "actor", "category")
_NONE = "-"
_KNOWN = "known:"


@dataclass(frozen=True)
class Vocabulary:
    """The texts that training saw often, the most frequent first, and what some of them mean.

    `attributes` has the common values of each attribute; `peers` are the ways to be alike by which other
    tickets tell of one; `resting` are the statuses in which nobody has anything left to do.
    """

    statuses: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    peers: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()


def learn_vocabulary(log: EventLog, *, resting: Collection[str] = ()) -> Vocabulary:
    """The common statuses and values of a log that ends where training does."""
    return Vocabulary(
        statuses=_common(log.rows, "status", MAX_STATUSES),
        attributes={name: _common(log.rows, name, MAX_VALUES) for name in log.attributes},
        peers=learn_keys(log),
        resting=tuple(sorted(resting)),
    )


def build_features(log: EventLog, signals: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """One row per event of the log, with its index; each tells what was known right after the event.

    Args:
        log: All events that there are, not only those of the tickets in question: peers are among them.
        signals: One row per ticket, indexed by it: `known_at` and what was known then of how the
            ticket went, in one or more columns of floats. Read only for events after `known_at`.
        vocabulary: From `learn_vocabulary`, of the log that the model was trained on.

    Returns:
        Columns of floats, NaN where not known. Texts are places in the vocabulary, 0 for the most
        frequent; one that is rare, or that training never saw, is as one not known.
    """
    history = own_history(log, vocabulary)
    loads = {
        f"open_in:{name}": open_tickets(log, log.rows[name], vocabulary.resting)
        for name in ("group", "assignee")
        if name in log.attributes
    }
    rates = peer_rates(log, signals, vocabulary.peers)
    return pd.concat([history, pd.DataFrame(loads, index=log.rows.index), rates], axis=1)


def watched_inputs(
    rows: pd.DataFrame, features: pd.DataFrame, columns: Collection[str], vocabulary: Vocabulary
) -> pd.DataFrame:
    """What a model is told of each event, with texts as they are rather than as places in the vocabulary.

    Rates of peers are left out: they are drawn to zero while few peers are known, and so spread out as a log
    grows, whether or not anything changes.

    Args:
        rows: Of a log of events.
        features: From `build_features`, of the same events.
        columns: Those of the features that the model takes.
        vocabulary: That of the model.
    """
    texts = [name for name in ("status", *vocabulary.attributes) if name in columns]
    numbers = [name for name in columns if name not in texts and not name.startswith((_KNOWN, PEERS))]
    return pd.concat([rows[texts], features[numbers]], axis=1)


def own_history(log: EventLog, vocabulary: Vocabulary) -> pd.DataFrame:
    """The part of `build_features` that looks at no other ticket."""
    rows = log.rows
    previous = rows.groupby("ticket", sort=False)[["at", "status"]].shift()
    features = {
        "position": rows.groupby("ticket", sort=False).cumcount() + 1.0,
        "hours_since_opening": _hours(rows["at"] - rows["opened_at"]),
        "hours_since_previous": _hours(rows["at"] - previous["at"]).fillna(0.0),
        "status": _codes(rows["status"], vocabulary.statuses),
        "previous_status": _codes(previous["status"], vocabulary.statuses),
    }
    features |= _calendar(rows["at"], "") | _calendar(rows["opened_at"], "opening_")
    features |= {name: _codes(rows[name], common) for name, common in vocabulary.attributes.items()}
    features |= {f"{_KNOWN}{name}": rows[name].notna().astype(float) for name in vocabulary.attributes}
    features |= {name: rows[name].astype(float) for name in log.numbers}
    if {"clock_hours", "target_hours"} <= set(log.numbers):
        features["share_of_target"] = rows["clock_hours"] / rows["target_hours"].where(
            rows["target_hours"] > 0
        )
    return pd.DataFrame(
        features
        | _changes(log)
        | _time_in_status(rows, previous, vocabulary)
        | _rest(log, previous, vocabulary)
    )


def _common(rows: pd.DataFrame, column: str, limit: int) -> tuple[str, ...]:
    tickets = rows[["ticket", column]].dropna().drop_duplicates()[column].value_counts()
    frequent = tickets[tickets >= MIN_TICKETS]
    # Sorted by name within a count, as the order of equals must not hang on the order of rows.
    return tuple(sorted(frequent.index, key=lambda value: (-frequent[value], value))[:limit])


def _hours(spans: "pd.Series[pd.Timedelta]") -> "pd.Series[float]":
    return spans.dt.total_seconds() / 3600


def _codes(texts: "pd.Series[str]", common: tuple[str, ...]) -> "pd.Series[float]":
    return texts.map({value: float(code) for code, value in enumerate(common)}).astype(float)


def _calendar(times: "pd.Series[pd.Timestamp]", prefix: str) -> dict[str, "pd.Series[float]"]:
    return {
        f"{prefix}weekday": times.dt.day_of_week.astype(float),
        f"{prefix}hour": times.dt.hour + times.dt.minute / 60,
    }


def _changes(log: EventLog) -> dict[str, "pd.Series[float]"]:
    rows, features = log.rows, {}
    for name in ("status", *(name for name in _COUNTED if name in log.attributes)):
        text = rows[name].fillna(_NONE)
        moved = (text != text.groupby(rows["ticket"], sort=False).shift()).astype(float)
        is_new = (~pd.DataFrame({"ticket": rows["ticket"], "text": text}).duplicated()).astype(float)
        features[f"changes:{name}"] = moved.groupby(rows["ticket"], sort=False).cumsum() - 1
        features[f"distinct:{name}"] = is_new.groupby(rows["ticket"], sort=False).cumsum()
        features[f"changed:{name}"] = moved
    return features


def _time_in_status(
    rows: pd.DataFrame, previous: pd.DataFrame, vocabulary: Vocabulary
) -> dict[str, "pd.Series[float]"]:
    spent = _hours(rows["at"] - previous["at"]).fillna(0.0)
    return {
        f"hours_in:{status}": spent.where(previous["status"] == status, 0.0)
        .groupby(rows["ticket"], sort=False)
        .cumsum()
        for status in vocabulary.statuses
    }


def _rest(log: EventLog, previous: pd.DataFrame, vocabulary: Vocabulary) -> dict[str, "pd.Series[float]"]:
    """When the ticket came to rest, for one that rests: what follows is often only a formality."""
    rows = log.rows
    rests = rows["status"].isin(vocabulary.resting)
    begins = rests & ~previous["status"].isin(vocabulary.resting)
    elapsed = {"hours": _hours(rows["at"] - rows["opened_at"])}
    if "clock_hours" in log.numbers:
        elapsed["clock_hours"] = rows["clock_hours"]
    features = {
        f"rested_after_{unit}": value.where(begins).groupby(rows["ticket"], sort=False).ffill().where(rests)
        for unit, value in elapsed.items()
    }
    features["rests_so_far"] = begins.astype(float).groupby(rows["ticket"], sort=False).cumsum()
    return features
