"""The whole simulated history: arrivals of every department, each played to the end of the span."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import numpy as np

from api.tickets.enums import Priority
from sluice.history_import.events import HistoryPlan, LogEvent
from sluice.simulator.arrivals import Turns, day_weights, draw_arrivals, draw_turns
from sluice.simulator.calendars import WorkCalendar
from sluice.simulator.desk import DEPARTMENTS, SERVICES, Department, Service
from sluice.simulator.draws import Draws
from sluice.simulator.script import Arrival, Script
from sluice.simulator.staff import Staff

SOURCE = "simulated_desk"
_PRIORITIES = (Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW)
_PRIORITY_BOUNDS = tuple(accumulate((0.05, 0.18, 0.52, 0.25)))
# Work begun before the span's end is drawn on past it, and cut there.
_OVERHANG_DAYS = 200
_FEWEST_REQUESTERS, _MOST_REQUESTERS = 60, 4000
_TICKETS_PER_REQUESTER = 12


@dataclass(frozen=True)
class Simulation:
    """Equal simulations yield equal events; what breaks their rhythm is drawn unless it is given."""

    tickets: int
    days: int
    seed: int
    end: datetime
    turns: Turns | None = None

    def plan(self) -> HistoryPlan:
        return HistoryPlan(
            source=SOURCE,
            ticket_prefix="SIM-",
            fallback_role="Imported",
            fixed_fields={},
            has_resolved_column=False,
            has_resolved_state=True,
            repeats_resolutions=False,
            naming={"department": "Unassigned", "category": "Uncategorized", "sub_category": "Uncategorized"},
            declared=tuple(service.workflow for service in SERVICES),
            origin={
                "tickets": self.tickets, "days": self.days, "seed": self.seed, "end": self.end.isoformat(),
            },
        )  # fmt: skip

    def events(self) -> Iterator[LogEvent]:
        """Yield every event before the end, ticket by ticket in the order of their arrival."""
        random = np.random.default_rng(self.seed)
        first_day = (self.end - timedelta(days=self.days)).date()
        calendars = {
            department.name: WorkCalendar(
                department, first_day - timedelta(days=1), self.end.date() + timedelta(days=_OVERHANG_DAYS)
            )
            for department in DEPARTMENTS
        }
        arrivals = self._arrivals(random, calendars)
        requesters = self.tickets // _TICKETS_PER_REQUESTER
        staff = Staff(random, min(max(requesters, _FEWEST_REQUESTERS), _MOST_REQUESTERS))
        draws = Draws(random)
        services = {department.name: _shares(department) for department in DEPARTMENTS}
        row_number = 0
        for number, (at, department, pressure) in enumerate(arrivals, start=1):
            offered, bounds = services[department]
            arrival = Arrival(
                key=f"{self.seed}-{number:07d}",
                at=at,
                service=draws.weighted(offered, bounds),
                priority=draws.weighted(_PRIORITIES, _PRIORITY_BOUNDS),
                pressure=pressure,
            )
            for event in Script(arrival, calendars[department], staff, draws).events():
                if event.occurred_at >= self.end:
                    break
                row_number += 1
                yield event._replace(row_number=row_number)

    def _arrivals(
        self, random: np.random.Generator, calendars: dict[str, WorkCalendar]
    ) -> list[tuple[datetime, str, float]]:
        first_day = (self.end - timedelta(days=self.days)).date()
        # Drawn all the same, so that what is drawn after it does not depend on who decides.
        drawn = draw_turns(random, first_day, self.days)
        turns = self.turns or drawn
        shares = np.array([department.share for department in DEPARTMENTS])
        counts = random.multinomial(self.tickets, shares / shares.sum())
        found: list[tuple[datetime, str, float]] = []
        for department, count in zip(DEPARTMENTS, counts.tolist(), strict=True):
            weights = day_weights(random, calendars[department.name], turns, first_day, self.days)
            usual = float(np.median(weights))
            instants = draw_arrivals(random, department, weights, count, self.end)
            found += [
                (at, department.name, max(float(weights[(at.date() - first_day).days]) / usual, 0.7))
                for at in instants
            ]
        return sorted(found)


def _shares(department: Department) -> tuple[tuple[Service, ...], tuple[float, ...]]:
    offered = tuple(service for service in SERVICES if service.department == department.name)
    return offered, tuple(accumulate(service.share for service in offered))
