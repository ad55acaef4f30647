"""Tickets per day of the simulated desk, with what was planted in them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from sluice.simulator.arrivals import Turns, day_weights, draw_arrivals, draw_turns
from sluice.simulator.calendars import WorkCalendar
from sluice.simulator.desk import DEPARTMENTS

END = datetime(2026, 1, 1, tzinfo=UTC)
# As the simulator plants them: Monday to Sunday, the new level by the old, a day of trouble by a usual one.
PLANTED_WEEK = np.array([1.25, 1.1, 1.0, 0.98, 0.82, 0.12, 0.07])
PLANTED_SHIFT = 1.25
PLANTED_SPIKE = 3.2


@dataclass(frozen=True)
class SimulatedDesk:
    counts: "pd.Series[float]"
    turns: Turns

    def position(self, day: date) -> int:
        return (day - self.counts.index[0].date()).days

    def without_shift(self) -> "pd.Series[float]":
        """The same desk, had its level stayed."""
        calm = self.counts.copy()
        calm.iloc[self.position(self.turns.level_shift) :] /= PLANTED_SHIFT
        return calm

    def without(self, spike: date) -> "pd.Series[float]":
        """The same desk, had that day been a usual one."""
        calm = self.counts.copy()
        calm.iloc[self.position(spike)] /= PLANTED_SPIKE
        return calm


def simulate(*, seed: int, tickets: int = 40_000, days: int = 730) -> SimulatedDesk:
    """All departments together, drawn as `Simulation` draws them, without the life of each ticket."""
    random = np.random.default_rng(seed)
    first_day = (END - timedelta(days=days)).date()
    turns = draw_turns(random, first_day, days)
    counts = pd.Series(0.0, index=pd.date_range(first_day, periods=days))
    for department in DEPARTMENTS:
        calendar = WorkCalendar(department, first_day - timedelta(days=1), END.date())
        weights = day_weights(random, calendar, turns, first_day, days)
        arrivals = draw_arrivals(random, department, weights, int(tickets * department.share), END)
        offsets = [(at.date() - first_day).days for at in arrivals]
        counts += np.bincount(offsets, minlength=days)
    return SimulatedDesk(counts, turns)
