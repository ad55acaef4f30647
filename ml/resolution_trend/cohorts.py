"""Tickets by the day of their creation, as they were known at any day: still open, or how long they took."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import FloatArray

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Shorter times are told apart by nobody, and have no logarithm that matters.
SHORTEST_HOURS = 1 / 60


@dataclass(frozen=True)
class Cohorts:
    """One element per ticket, in order of creation; days count from 1970-01-01, UTC.

    `hours` is the time without holds until the resolution, or of an unresolved ticket until it was last
    known to be open; `resolved` tells which.
    """

    days: IntArray
    hours: FloatArray
    resolved: BoolArray

    def between(self, first: int, end: int) -> "Cohorts":
        """Those created from a day until the day before another."""
        rows = slice(*np.searchsorted(self.days, [first, end]))
        return Cohorts(self.days[rows], self.hours[rows], self.resolved[rows])


class History:
    """All tickets with their ends and holds, from which the cohorts as of any day follow.

    Args:
        tickets: `created_at`, `ended_at` (NaT while open) in UTC without a zone, `is_resolved`, false of
            a ticket that was cancelled.
        holds: `ticket` (position in `tickets`), `held_at` and `resumed_at` (NaT while it lasts).
    """

    def __init__(self, tickets: pd.DataFrame, holds: pd.DataFrame) -> None:
        order = np.argsort(tickets["created_at"].to_numpy(), kind="stable")
        ordered = tickets.iloc[order]
        self._created = _hours(ordered["created_at"])
        self._ended = np.nan_to_num(_hours(ordered["ended_at"]), nan=np.inf)
        self._is_resolved = ordered["is_resolved"].to_numpy(dtype=np.bool_)
        self._holder = np.argsort(order)[holds["ticket"].to_numpy(dtype=np.int64)]
        self._held = _hours(holds["held_at"])
        self._resumed = np.nan_to_num(_hours(holds["resumed_at"]), nan=np.inf)

    def __len__(self) -> int:
        return len(self._created)

    @property
    def first_day(self) -> int:
        """Day of the oldest ticket."""
        return int(self._created[0] // 24)

    def as_of(self, hour: float) -> Cohorts:
        """What was known at an instant, in hours since 1970: a later end or hold had not been."""
        rows = slice(0, np.searchsorted(self._created, hour))
        until = np.minimum(self._ended, hour)
        stood = np.zeros(len(self))
        last = np.minimum(self._resumed, until[self._holder])
        np.add.at(stood, self._holder, np.maximum(last - np.minimum(self._held, last), 0.0))
        hours = np.maximum(until - self._created - stood, SHORTEST_HOURS)
        resolved = self._is_resolved & (self._ended <= hour)
        return Cohorts((self._created[rows] // 24).astype(np.int64), hours[rows], resolved[rows])


def median_hours(cohorts: Cohorts, weights: FloatArray | None = None) -> float:
    """Median time to resolution by Kaplan and Meier (1958), unresolved tickets counting as censored.

    Infinite where fewer than half are known to have ended, NaN without tickets.
    """
    if not len(cohorts.hours):
        return np.nan
    # At equal times a resolution comes before a ticket that drops out of sight.
    order = np.lexsort((~cohorts.resolved, cohorts.hours))
    weight = (np.ones(len(order)) if weights is None else weights)[order]
    waiting = np.cumsum(weight[::-1])[::-1]
    hazard = np.where(cohorts.resolved[order], weight, 0.0) / waiting
    survival = np.cumprod(1 - hazard)
    reached = np.flatnonzero(survival <= 0.5 + 1e-9)
    return float(cohorts.hours[order][reached[0]]) if len(reached) else np.inf


def daily_medians(cohorts: Cohorts, first: int, end: int) -> FloatArray:
    """`median_hours` of each day from `first` until the day before `end`; infinite and NaN as there."""
    bounds = np.searchsorted(cohorts.days, np.arange(first, end + 1))
    return np.array(
        [
            median_hours(Cohorts(cohorts.days[a:b], cohorts.hours[a:b], cohorts.resolved[a:b]))
            for a, b in pairwise(bounds)
        ]
    )


def _hours(instants: "pd.Series[pd.Timestamp]") -> FloatArray:
    return np.asarray((instants - pd.Timestamp(0)) / pd.Timedelta(hours=1), dtype=np.float64)
