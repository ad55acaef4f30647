"""The people of the simulated desk: who is in which role, how fast they are, whose turn it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product

import numpy as np

from sluice.simulator.desk import FIRST_NAMES, LAST_NAMES, SERVICES

_TEAM_SIZES = (4, 9)
_LEADS = 3
_COORDINATORS = 5
# Most people work at the usual pace; a few are early, a few late with nearly everything.
_PACES = (0.65, 0.8, 0.95, 1.0, 1.05, 1.25, 1.9)


@dataclass(frozen=True)
class Agent:
    name: str
    role: str
    pace: float


class Staff:
    def __init__(self, random: np.random.Generator, requester_count: int) -> None:
        names = _shuffled_names(random)
        roles = sorted({step.role for service in SERVICES for step in service.workflow.steps})
        roles += sorted(
            {
                step.escalate_to
                for service in SERVICES
                for step in service.workflow.steps
                if step.escalate_to and step.escalate_to not in roles
            }
        )
        self._turns: dict[str, Iterator[Agent]] = {}
        for role in roles:
            size = _LEADS if role.endswith("Leads") else int(random.integers(*_TEAM_SIZES))
            self._turns[role] = cycle(
                [Agent(next(names), role, float(random.choice(_PACES))) for _ in range(size)]
            )
        self._coordinators = cycle([next(names) for _ in range(_COORDINATORS)])
        self.requesters = _requester_names(random, requester_count)

    def next_in(self, role: str) -> Agent:
        """The member of a role whose turn it is."""
        return next(self._turns[role])

    def next_coordinator(self) -> str:
        return next(self._coordinators)


def _shuffled_names(random: np.random.Generator) -> Iterator[str]:
    names = [f"{first} {last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
    random.shuffle(names)
    return iter(names)


def _requester_names(random: np.random.Generator, count: int) -> list[str]:
    initials = "ABCDEFGHJKLMNPRSTVW"
    names = [
        f"{first} {initial}. {last}" for first, initial, last in product(FIRST_NAMES, initials, LAST_NAMES)
    ]
    random.shuffle(names)
    return names[:count]
