"""Small simulated desks, and prefixes written by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ml.events import EventLog

FIRST_DAY = pd.Timestamp("2024-01-01 09:00")
FAST, SLOW = 3.0, 30.0


@dataclass(frozen=True)
class Desk:
    log: EventLog
    outcomes: pd.DataFrame

    def as_known_at(self, instant: pd.Timestamp) -> "Desk":
        """Later events deleted, and of later endings nothing said."""
        known = self.outcomes["known_at"] <= instant
        return Desk(self.log.until(instant), self.outcomes.where(known))

    def open_at(self, instant: pd.Timestamp) -> EventLog:
        """Events until then of tickets that were open."""
        ended = self.outcomes.index[self.outcomes["known_at"] <= instant]
        rows = self.log.until(instant).rows
        return replace(self.log, rows=rows[~rows["ticket"].isin(ended)])

    def without(self, status: str) -> "Desk":
        rows = self.log.rows
        return Desk(replace(self.log, rows=rows[rows["status"] != status]), self.outcomes)


def day(number: float) -> pd.Timestamp:
    return FIRST_DAY + pd.Timedelta(days=number)


def desk_of(tickets: Sequence[tuple[float, float, str]]) -> Desk:
    """Tickets with an event `new` on opening, `solved` at 60 % of their duration and `closed` at its end.

    Args:
        tickets: The day each was opened, its duration in days, its product.
    """
    rows, outcomes = [], {}
    for number, (opened, duration, product) in enumerate(tickets):
        for status, share in (("new", 0.0), ("solved", 0.6), ("closed", 1.0)):
            rows.append((number, day(opened + share * duration), day(opened), status, product))
        outcomes[number] = day(opened + duration)
    columns = ["ticket", "at", "opened_at", "status", "product"]
    ended = pd.Series(outcomes, dtype="datetime64[ns]")
    log = pd.DataFrame(rows, columns=columns).assign(priority="normal")
    log = log.astype({"at": "datetime64[ns]", "opened_at": "datetime64[ns]"})
    return Desk(
        EventLog(log, attributes=("product", "priority")),
        pd.DataFrame({"ended_at": ended, "known_at": ended}),
    )


def busy_desk(tickets: int, *, seed: int = 3, duration: Callable[[str], float] | None = None) -> Desk:
    """Two tickets a day, of products that take `FAST` or `SLOW` days give or take a fifth."""
    rng = np.random.default_rng(seed)
    drawn = []
    for opened in np.sort(rng.uniform(0, tickets / 2, tickets)):
        product = str(rng.choice(["fast", "slow"]))
        usual = duration(product) if duration else {"fast": FAST, "slow": SLOW}[product]
        drawn.append((float(opened), usual * float(np.clip(rng.normal(1, 0.2), 0.4, 1.6)), product))
    return desk_of(drawn)


def prefixes_of(
    rests: Sequence[tuple[float, float]], *, status: str = "new", known: Sequence[float] | None = None
) -> pd.DataFrame:
    """Prefixes of ended tickets opened on day 0, each by its elapsed and its remaining days.

    They are `asked` at their event, and known to have ended at their end or when `known` says so.
    """
    elapsed, remaining = (np.array(column, dtype=float) for column in zip(*rests, strict=True))
    ended = elapsed + remaining
    return pd.DataFrame(
        {
            "ticket": np.arange(len(elapsed)),
            "at": elapsed,
            "asked": elapsed,
            "opened": 0.0,
            "ended": ended,
            "known": ended if known is None else np.array(known, dtype=float),
            "elapsed": elapsed,
            "duration": ended,
            "remaining": remaining,
            "status": status,
            "opening_weekday": 0.0,
        }
    )
