"""Instants and filters to ask a published desk for."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tests.api.insights.desk import Filters
from tests.api.insights.past.oracle import Past, Records

RANDOM_INSTANTS, EVENTS = 12, 10
DIMENSIONS = ("department", "category", "sub_category", "workflow_id", "priority")


@dataclass(frozen=True)
class Question:
    """An instant, as it is written, and filters; the tickets that pass them, as they were then."""

    seed: int
    told: str
    filters: Filters
    tickets: list[Past] = field(repr=False)

    def query(self, **more: Any) -> dict[str, Any]:
        return {"as_of": self.told, **self.filters.query(), **more}


def ask(records: Records, seed: int) -> Question:
    """A question of its own for each seed: instants of events, the end of a day, and any other."""
    generator = random.Random(seed)  # noqa: S311 - reproducible questions
    first = min(task["created_at"] for task in records.tasks)
    if seed < EVENTS:
        instant = generator.choice([at for at in records.instants() if at <= records.data_as_of])
    else:
        instant = first + (records.data_as_of - first) * generator.random()
    told = instant.astimezone(UTC).isoformat()
    if seed == EVENTS:
        told = instant.date().isoformat()
        instant = datetime.combine(instant.date(), time.max, UTC)
    tickets = list(records.at(instant))
    filters = Filters()
    if seed % 2:
        some, days = generator.choice(tickets), timedelta(days=generator.randrange(30))
        names = [name for name in DIMENSIONS if generator.random() < 0.3]
        filters = Filters(
            start_date=some.day - days if generator.random() < 0.5 else None,
            end_date=some.day + days if generator.random() < 0.5 else None,
            **{name: some.dimensions[name] for name in names},
        )
    return Question(seed, told, filters, [ticket for ticket in tickets if passes(filters, ticket)])


def passes(filters: Filters, ticket: Past) -> bool:
    equal = {name: getattr(filters, name) for name in DIMENSIONS}
    return (
        all(value is None or ticket.dimensions[name] == value for name, value in equal.items())
        and (filters.start_date is None or ticket.day >= filters.start_date)
        and (filters.end_date is None or ticket.day <= filters.end_date)
    )
