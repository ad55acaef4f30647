"""Tickets in plain Python, judged one by one: what the published numbers must come to."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

AS_OF = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
OPEN_STATUSES = {"pending", "in progress", "on_hold", "pending_external"}
STATUSES = ["pending", "in progress", "on_hold", "completed", "cancelled", "pending_external"]
PRIORITIES = ["Critical", "High", "Medium", "Low"]
AGE_BUCKETS = {"0-1 days": 1, "1-7 days": 7, "7-30 days": 30, "30-90 days": 90, "90+ days": None}
WORKFLOWS = {1: "VPN access", 2: "New laptop", 3: "Payroll question"}


@dataclass(frozen=True)
class Ticket:
    task_id: int
    created_at: datetime
    subject: str = "No sound"
    status: str = "pending"
    priority: str = "Medium"
    department: str = "IT"
    category: str = "Technology"
    sub_category: str = "Access"
    workflow_id: int = 1
    target: datetime | None = None
    resolved_at: datetime | None = None
    cancelled_at: datetime | None = None
    first_response_at: datetime | None = None
    hold_seconds: int = 0
    assignees: frozenset[int] = field(default_factory=frozenset)
    is_escalated: bool = False
    is_transferred: bool = False
    is_assignment_needed: bool = False

    @property
    def day(self) -> date:
        return self.created_at.date()

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def resolution_seconds(self) -> int | None:
        return int((self.resolved_at - self.created_at).total_seconds()) if self.resolved_at else None

    @property
    def net_resolution_seconds(self) -> int | None:
        return None if self.resolution_seconds is None else self.resolution_seconds - self.hold_seconds

    @property
    def net_age_seconds(self) -> int:
        return int((AS_OF - self.created_at).total_seconds()) - self.hold_seconds

    @property
    def first_response_seconds(self) -> int | None:
        if self.first_response_at is None:
            return None
        return int((self.first_response_at - self.created_at).total_seconds())

    @property
    def elapsed_ratio(self) -> float:
        assert self.target is not None
        return (AS_OF - self.created_at) / (self.target - self.created_at)

    @property
    def sla_status(self) -> str:
        if self.target is None or self.status == "cancelled":
            return "no_sla"
        if self.resolved_at is not None:
            return "met" if self.resolved_at <= self.target else "breached"
        if self.target < AS_OF:
            return "breached"
        return "at_risk" if self.elapsed_ratio >= 0.8 else "on_track"

    @property
    def is_critical(self) -> bool:
        return self.sla_status == "at_risk" and self.elapsed_ratio >= 0.9

    @property
    def age_bucket(self) -> str:
        age = AS_OF - self.created_at
        return next(name for name, days in AGE_BUCKETS.items() if days is None or age <= timedelta(days=days))


@dataclass(frozen=True)
class Filters:
    """The filters of a question, as the endpoints name them."""

    start_date: date | None = None
    end_date: date | None = None
    department: str | None = None
    category: str | None = None
    sub_category: str | None = None
    workflow_id: int | None = None
    priority: str | None = None

    def query(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items() if value is not None}

    def select(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        equal = {
            name: value for name, value in vars(self).items() if value is not None and "date" not in name
        }
        return [
            ticket
            for ticket in tickets
            if all(getattr(ticket, name) == value for name, value in equal.items())
            and (self.start_date is None or ticket.day >= self.start_date)
            and (self.end_date is None or ticket.day <= self.end_date)
        ]


def random_filters(generator: random.Random) -> Filters:
    days = [AS_OF.date() - timedelta(days=generator.randrange(-2, 150)) for _ in range(2)]
    chances = [generator.random() < share for share in (0.5, 0.5, 0.3, 0.3, 0.2, 0.3, 0.3)]
    return Filters(
        start_date=min(days) if chances[0] else None,
        end_date=max(days) if chances[1] else None,
        department=generator.choice(["IT", "HR", "Nowhere"]) if chances[2] else None,
        category=generator.choice(["Technology", "People"]) if chances[3] else None,
        sub_category=generator.choice(["Access", "Pay"]) if chances[4] else None,
        workflow_id=generator.choice([1, 2, 3]) if chances[5] else None,
        priority=generator.choice(PRIORITIES) if chances[6] else None,
    )


def random_ticket(task_id: int, generator: random.Random) -> Ticket:
    created_at = AS_OF - timedelta(seconds=generator.randrange(140 * 86_400))
    status = generator.choices(STATUSES, weights=[3, 4, 2, 12, 1, 1])[0]
    ended_at = created_at + (AS_OF - created_at) * generator.random()
    lasted = (AS_OF if status in OPEN_STATUSES else ended_at) - created_at
    return Ticket(
        task_id=task_id,
        created_at=created_at,
        status=status,
        priority=generator.choice(PRIORITIES),
        department=generator.choice(["IT", "HR", "Unassigned"]),
        category=generator.choice(["Technology", "People"]),
        sub_category=generator.choice(["Access", "Pay", "Uncategorized"]),
        workflow_id=generator.choice(list(WORKFLOWS)),
        target=created_at + timedelta(hours=generator.choice([4, 24, 700]))
        if generator.random() < 0.8
        else None,
        resolved_at=ended_at if status == "completed" else None,
        cancelled_at=ended_at if status == "cancelled" else None,
        first_response_at=created_at + timedelta(minutes=generator.randrange(600))
        if generator.random() < 0.9
        else None,
        hold_seconds=int(lasted.total_seconds()) * (task_id % 3) // 4,
        assignees=frozenset(generator.sample(range(1, 9), generator.randrange(3))),
        is_escalated=generator.random() < 0.2,
        is_transferred=generator.random() < 0.2,
        is_assignment_needed=generator.random() < 0.1,
    )


def random_desk(size: int, seed: int) -> list[Ticket]:
    generator = random.Random(seed)  # noqa: S311 - a reproducible desk, not a secret
    return [random_ticket(task_id, generator) for task_id in range(1, size + 1)]


def two_decimals(number: Decimal) -> float:
    """Halves go up, as in PostgreSQL; Python's own rounding sends them to the even neighbour."""
    return float(number.quantize(Decimal("0.01"), ROUND_HALF_UP))


def percentage(part: int, total: int) -> float | None:
    return two_decimals(Decimal(100 * part) / total) if total else None


def hours(seconds: list[int]) -> float | None:
    return two_decimals(Decimal(sum(seconds)) / len(seconds) / 3600) if seconds else None


def rank_of(percent: int, seconds: list[int]) -> int:
    """The one of rank ceil(p · n)."""
    return sorted(seconds)[-(-percent * len(seconds) // 100) - 1]


def pop_percentiles(told: dict[str, Any], kind: str, seconds: list[int], *percents: int) -> None:
    """Hold the percentiles of a kind of duration to what it took, within 1 %, and drop them."""
    wanted = {f"median_{kind}_hours": median(seconds) if seconds else None}
    for percent in percents:
        wanted[f"p{percent}_{kind}_hours"] = rank_of(percent, seconds) if seconds else None
    for name, exact in wanted.items():
        value = told.pop(name)
        assert (value is None) == (exact is None), name
        assert exact is None or abs(value - exact / 3600) <= 0.0101 * exact / 3600 + 0.006, name
