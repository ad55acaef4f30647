"""What is known of a ticket as of each of its events, from its own history alone."""

import numpy as np
import pandas as pd

from ml.events import EventLog

# Columns of the desk's own are prefixed, so that none of them can take the name of one of ours.
ATTRIBUTE = "attribute "
NUMBER = "number "
PRIORITY = ATTRIBUTE + "priority"

STATUSES = ("status", "status_before", "status_before_that")
MEASURES = (
    *("elapsed", "since", "step", "visits", "handlers"),
    *("hour", "weekday", "opening_hour", "opening_weekday"),
)

_HANDLERS = ("assignee", "actor", "group")
_NONE_BEFORE = "(none)"


def days(times: pd.Series) -> "pd.Series[float]":
    """Instants as days since 1970; NaN where there is none."""
    return (times - pd.Timestamp(0)) / pd.Timedelta(days=1)


def build_prefixes(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per event, indexed as the log: the ticket up to that event, and how it ended.

    Args:
        log: The events.
        outcomes: Indexed by ticket, with `ended_at` and `known_at` in UTC without a zone. Tickets that
            are missing, and those without `known_at`, are not known to have ended.

    Returns:
        `ticket`; `at`, `opened`, `ended` and `known` in days since 1970, `ended` NaN and `known` infinite
        where they are not known; `asked`, the instant the row is looked at, which is the event's;
        `elapsed`, `since` the event before, `duration` and `remaining` in days; the columns of
        `STATUSES` and `MEASURES`; the desk's attributes and numbers under their prefixes.

    Raises:
        ValueError: `outcomes` lacks a column or names a ticket twice.
    """
    _check(outcomes)
    rows = log.rows
    by_ticket = rows.groupby("ticket", sort=False)
    frame = pd.DataFrame(
        {"ticket": rows["ticket"], "at": days(rows["at"]), "opened": days(rows["opened_at"])}
    )
    frame["asked"] = frame["at"]
    frame["ended"] = rows["ticket"].map(days(outcomes["ended_at"])).astype(float)
    frame["known"] = rows["ticket"].map(days(outcomes["known_at"])).astype(float).fillna(np.inf)
    frame["duration"] = frame["ended"] - frame["opened"]
    frame["remaining"] = frame["ended"] - frame["at"]
    frame["elapsed"] = frame["at"] - frame["opened"]
    frame["since"] = frame["at"].groupby(frame["ticket"], sort=False).diff()
    frame["step"] = by_ticket.cumcount() + 1.0
    frame["visits"] = rows.groupby(["ticket", "status"], sort=False).cumcount() + 1.0
    frame["handlers"] = _distinct_so_far(rows, [name for name in _HANDLERS if name in log.attributes])
    frame["hour"], frame["weekday"] = _clock(rows["at"])
    frame["opening_hour"], frame["opening_weekday"] = _clock(rows["opened_at"])
    for back, column in enumerate(STATUSES):
        frame[column] = by_ticket["status"].shift(back).fillna(_NONE_BEFORE)
    attributes = rows[list(log.attributes)].add_prefix(ATTRIBUTE)
    numbers = rows[list(log.numbers)].astype(float).add_prefix(NUMBER)
    return pd.concat([frame, attributes, numbers], axis=1)


def closed_before(prefixes: pd.DataFrame, instant: float) -> pd.DataFrame:
    """Rows from before the end of tickets that were known, before `instant`, to have ended."""
    return prefixes[(prefixes["known"] < instant) & (prefixes["remaining"] > 0)]


def place_of(frame: pd.DataFrame) -> "pd.Series[str]":
    """The group that a row is compared with: its status and, where the desk has one, its priority."""
    if PRIORITY not in frame:
        return frame["status"]
    return frame["status"] + " / " + frame[PRIORITY].fillna("(none)")


def attribute_columns(prefixes: pd.DataFrame) -> list[str]:
    return [column for column in prefixes.columns if column.startswith(ATTRIBUTE)]


def number_columns(prefixes: pd.DataFrame) -> list[str]:
    return [column for column in prefixes.columns if column.startswith(NUMBER)]


def _clock(times: pd.Series) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    return times.dt.hour + times.dt.minute / 60, times.dt.day_of_week.astype(float)


def _distinct_so_far(rows: pd.DataFrame, columns: list[str]) -> "pd.Series[float]":
    """How many different values of each column the ticket has had, summed over the columns."""
    total = pd.Series(0.0, index=rows.index)
    for column in columns:
        first = rows[column].notna() & ~rows.duplicated(["ticket", column])
        total += first.groupby(rows["ticket"], sort=False).cumsum()
    return total


def _check(outcomes: pd.DataFrame) -> None:
    missing = {"ended_at", "known_at"} - set(outcomes.columns)
    if missing:
        raise ValueError(f"The outcomes lack the columns {sorted(missing)}; add them.")
    if not outcomes.index.is_unique:
        raise ValueError("The outcomes name a ticket twice; keep one row of each.")
