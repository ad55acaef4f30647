"""Logs of tickets as the models of single tickets take them, small enough to reason about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from ml.events import EventLog
from ml.metrics import FloatArray

FIRST_HOUR = pd.Timestamp("2026-01-05")
CUT = FIRST_HOUR + pd.Timedelta(days=60)
ATTRIBUTES = ("group", "assignee", "priority")


@dataclass(frozen=True)
class Desk:
    """A log, how its tickets ended, and the rule by which they did.

    `chance` is that of a ticket to breach once it is known whether it waits, `first_chance` before.
    """

    log: EventLog
    outcomes: pd.DataFrame
    chance: "pd.Series[float]"
    first_chance: "pd.Series[float]"

    @property
    def breached(self) -> FloatArray:
        """The outcome of each event's ticket."""
        return np.asarray(self.log.rows["ticket"].map(self.outcomes["breached"]), dtype=np.float64)


def hour(hours: float) -> pd.Timestamp:
    """So many hours after the first."""
    return FIRST_HOUR + pd.Timedelta(hours=hours)


def log_of(
    rows: Sequence[tuple[object, ...]], attributes: Sequence[str] = (), numbers: Sequence[str] = ()
) -> EventLog:
    """Rows of ticket, hour of the event, hour of the opening, status, and what else is named."""
    table = pd.DataFrame(rows, columns=["ticket", "at", "opened_at", "status", *attributes, *numbers])
    for name in ("at", "opened_at"):
        table[name] = FIRST_HOUR + pd.to_timedelta(table[name].astype(float), unit="h")
    return EventLog(table, tuple(attributes), tuple(numbers))


def outcomes_of(known: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Tickets by name: 1.0 where the SLA was breached, and the hour this became known."""
    return pd.DataFrame(
        {
            "breached": [breached for breached, _ in known.values()],
            "known_at": FIRST_HOUR + pd.to_timedelta([float(hours) for _, hours in known.values()], unit="h"),
        },
        index=list(known),
    )


def busy_desk(tickets: int, *, days: int = 90, seed: int = 7) -> Desk:
    """Tickets of a quick and a slow group; a third of either turn worse after two hours.

    A ticket is new, in progress an hour later, perhaps waits at two, and ends: within a day where its SLA
    is met, after about three days where not. Whether it is depends on its group, its priority, and on
    whether it waits, by `chance`; the assignees only draw lots.
    """
    random = np.random.default_rng(seed)
    group = random.choice(["quick", "slow"], tickets, p=[0.7, 0.3])
    priority = random.choice(["high", "low"], tickets)
    waits = random.random(tickets) < 0.3
    without_waiting = 0.05 + 0.35 * (group == "slow") + 0.15 * (priority == "high")
    chance = without_waiting + 0.4 * waits
    breached = (random.random(tickets) < chance).astype(float)
    opened = np.sort(random.uniform(0, days * 24, tickets))
    took = np.where(breached == 1, random.uniform(48, 96, tickets), random.uniform(3, 24, tickets))
    assignee = random.choice(["Ann", "Ben", "Cyd"], tickets)
    rows: list[tuple[object, ...]] = []
    for each in range(tickets):
        name, begin = f"T{each:05}", float(opened[each])
        described = group[each], assignee[each], priority[each]
        steps = [(0.0, "new"), (1.0, "in progress"), (2.0, "waiting"), (float(took[each]), "resolved")]
        rows += [
            (name, begin + after, begin, status, *described)
            for after, status in steps
            if status != "waiting" or waits[each]
        ]
    names = [f"T{each:05}" for each in range(tickets)]
    known = dict(zip(names, zip(breached, opened + took, strict=True), strict=True))
    return Desk(
        log_of(rows, ATTRIBUTES),
        outcomes_of(known),
        chance=pd.Series(chance, index=names),
        first_chance=pd.Series(without_waiting + 0.4 * 0.3, index=names),
    )


@st.composite
def small_logs(draw: st.DrawFn) -> tuple[EventLog, pd.DataFrame]:
    """Logs of a few tickets whose events often share an hour, and signals known at any hour."""
    rows: list[tuple[object, ...]] = []
    known = {}
    for ticket in range(draw(st.integers(1, 6))):
        hours = sorted(draw(st.lists(st.integers(0, 12), min_size=1, max_size=10)))
        for at in hours:
            status = draw(st.sampled_from(["new", "waiting", "resolved"]))
            group = draw(st.sampled_from(["A", "B", None]))
            rows.append((f"T{ticket}", at, hours[0], status, group, draw(st.sampled_from(["Ann", None]))))
        known[f"T{ticket}"] = (float(draw(st.booleans())), float(draw(st.integers(0, 14))))
    shuffled = draw(st.permutations(rows))
    # Tickets in any order, the events of each in theirs.
    in_order = sorted(shuffled, key=lambda row: float(str(row[1])))
    return log_of(in_order, ("group", "assignee")), outcomes_of(known)
