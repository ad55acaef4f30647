"""How many people it takes so that work does not wait: Erlang C.

The queue is the textbook's: arrivals at random at a steady rate, handling times exponential, people who are
alike and serve whoever waits longest, nobody giving up. A. K. Erlang, 1917; as told here by R. B. Cooper,
Introduction to Queueing Theory, 2nd edition 1981, chapter 3. The sums of the formula overflow from some
hundred people on, so the probability of waiting is taken from Erlang B, whose recursion keeps to 0..1.

Load is in Erlang: arrivals in a unit of time by the handling time in that unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import exp

MAX_AGENTS = 1_000


@dataclass(frozen=True, slots=True)
class Staffing:
    """So many people; the most that is reckoned with, and not enough, where `is_enough` is false."""

    agents: int
    is_enough: bool


def wait_probability(load: float, agents: int) -> float:
    """Share of arrivals that find everybody busy; all of them where the load is more than people can bear."""
    return next(islice(_wait_probabilities(load), agents - 1, None)) if agents else 1.0


def answered_within(load: float, agents: int, patience: float) -> float:
    """Share of arrivals that wait no longer than `patience`, in mean handling times."""
    return _answered(load, agents, patience, wait_probability(load, agents))


def agents_needed(load: float, service_level: float, patience: float) -> Staffing:
    """The fewest people who have at least the share `service_level` wait no longer than `patience`."""
    if load == 0:
        return Staffing(agents=0, is_enough=True)
    for agents, waiting in enumerate(islice(_wait_probabilities(load), MAX_AGENTS), 1):
        if _answered(load, agents, patience, waiting) >= service_level:
            return Staffing(agents, is_enough=True)
    return Staffing(MAX_AGENTS, is_enough=False)


def _wait_probabilities(load: float) -> Iterator[float]:
    """The probability of waiting with one person, with two, and so on without end."""
    agents, blocked = 0, 1.0
    while True:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        yield blocked / (1 - load / agents * (1 - blocked)) if agents > load else 1.0


def _answered(load: float, agents: int, patience: float, waiting: float) -> float:
    return 1 - waiting * exp(-(agents - load) * patience) if agents > load else 0.0
