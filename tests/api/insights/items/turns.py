"""Items in plain Python, read from the operational tables: what the published numbers must come to."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

STATUSES = ["new", "in progress", "resolved", "reassigned", "escalated"]
ORIGINS = ["System", "Transferred", "Escalation"]
DIMENSIONS = [
    "department",
    "category",
    "sub_category",
    "workflow_id",
    "step_id",
    "priority",
    "role",
    "user_id",
    "source",
]

ITEMS = """
    select
        item.task_item_id, item.task_id, item.from_task_item_id, item.status, item.origin, item.handover_note,
        item.assigned_on, item.acted_on, item.closed_at, item.target_resolution as target,
        item.transferred_by as taken_by, item.step_id, step.name as step_name, task.workflow_id,
        workflow.name as workflow_name, role.name as role, role_user.user_id,
        task.status as task_status, task.hold_started_at,
        coalesce(nullif(trim(ticket.department), ''), 'Unassigned') as department,
        coalesce(nullif(trim(ticket.category), ''), 'Uncategorized') as category,
        coalesce(nullif(trim(ticket.sub_category), ''), 'Uncategorized') as sub_category,
        ticket.priority, ticket.source_service as source
    from ops.task_item as item
    join ops.task as task using (task_id)
    join ops.ticket_snapshot as ticket using (ticket_id)
    join ops.workflow as workflow on workflow.workflow_id = task.workflow_id
    join ops.step as step on step.step_id = item.step_id
    join ops.role_user as role_user on role_user.role_user_id = item.role_user_id
    join ops.role as role on role.role_id = role_user.role_id
    where task.deleted_at is null and item.assigned_on <= %(as_of)s
"""
EVENTS = """
    select task_item_id, status, occurred_at from ops.task_item_event where occurred_at <= %(as_of)s
"""


@dataclass(frozen=True)
class Turn:
    """One item, its holder, and where it came from."""

    task_item_id: int
    task_id: int
    status: str
    origin: str
    handover_note: str
    assigned_on: datetime
    acted_on: datetime | None
    closed_at: datetime | None
    target: datetime | None
    department: str
    category: str
    sub_category: str
    workflow_id: int
    workflow_name: str
    step_id: int
    step_name: str
    priority: str
    role: str
    user_id: int
    source: str
    from_user_id: int | None
    transferred_by: int | None
    judged_at: datetime
    events: tuple[tuple[str, datetime], ...]

    @property
    def day(self) -> date:
        return self.assigned_on.astimezone(UTC).date()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def action_seconds(self) -> int | None:
        return (
            None if self.acted_on is None else math.floor((self.acted_on - self.assigned_on).total_seconds())
        )

    @property
    def resolution_seconds(self) -> int | None:
        if self.status != "resolved" or self.closed_at is None:
            return None
        return math.floor((self.closed_at - self.assigned_on).total_seconds())

    @property
    def sla_status(self) -> str:
        """The contract's 2.9 for items: reassigned are excluded, escalated in time are neutral."""
        if self.target is None or self.status == "reassigned":
            return "no_sla"
        if self.status == "resolved":
            is_met = self.acted_on is not None and self.acted_on <= self.target
            return "met" if is_met else "breached"
        if self.status == "escalated":
            return "breached" if self.acted_on is not None and self.acted_on > self.target else "no_sla"
        if not self.is_open:
            return "no_sla"
        if self.judged_at > self.target:
            return "breached"
        spent, allowed = self.judged_at - self.assigned_on, self.target - self.assigned_on
        return "at_risk" if spent >= 0.8 * allowed else "on_track"

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.sla_status == "breached"


def load_turns(database_url: str, as_of: datetime) -> list[Turn]:
    """Every item of the desk, judged at an instant."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        items = connection.execute(ITEMS, {"as_of": as_of}).fetchall()
        noted = connection.execute(EVENTS, {"as_of": as_of}).fetchall()
    events: dict[int, list[tuple[str, datetime]]] = {}
    for event in noted:
        events.setdefault(event["task_item_id"], []).append((event["status"], event["occurred_at"]))
    known = {item["task_item_id"]: item for item in items}
    return [_turn(item, known, tuple(events.get(item["task_item_id"], ())), as_of) for item in items]


def _turn(
    item: dict[str, Any],
    known: dict[int, dict[str, Any]],
    events: tuple[tuple[str, datetime], ...],
    as_of: datetime,
) -> Turn:
    origin = known.get(item["from_task_item_id"], {})
    fields = {name: value for name, value in item.items() if name in Turn.__dataclass_fields__}
    return Turn(
        **fields,
        from_user_id=origin.get("user_id"),
        transferred_by=origin.get("taken_by"),
        judged_at=item["hold_started_at"] if item["task_status"] == "on_hold" else as_of,
        events=events,
    )


@dataclass(frozen=True)
class Question:
    """Filters as a caller gives them."""

    dimensions: tuple[tuple[str, Any], ...] = ()
    start_date: date | None = None
    end_date: date | None = None

    def query(self) -> dict[str, str]:
        given = [*self.dimensions, ("start_date", self.start_date), ("end_date", self.end_date)]
        return {name: str(value) for name, value in given if value is not None}

    def has_day(self, day: date) -> bool:
        return (self.start_date or date.min) <= day <= (self.end_date or date.max)

    def select(self, turns: Iterable[Turn]) -> list[Turn]:
        """The items assigned in the range."""
        return [turn for turn in self.of_dimensions(turns) if self.has_day(turn.day)]

    def of_dimensions(self, turns: Iterable[Turn]) -> list[Turn]:
        return [
            turn for turn in turns if all(getattr(turn, name) == value for name, value in self.dimensions)
        ]

    def without(self, name: str) -> "Question":
        rest = tuple(pair for pair in self.dimensions if pair[0] != name)
        return Question(rest, self.start_date, self.end_date)

    def value_of(self, name: str) -> Any:
        return dict(self.dimensions).get(name)

    def __str__(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.query().items()) or "everything"


def random_question(generator: random.Random, turns: Sequence[Turn]) -> Question:
    """Filters that some item meets, or nearly: dimensions of one item, a stretch of days around another."""
    model = generator.choice(turns)
    names = generator.sample(DIMENSIONS, generator.choice([0, 1, 1, 2, 2, 2, 3, 4]))
    dimensions = [(name, getattr(model, name)) for name in DIMENSIONS if name in names]
    first = generator.choice(turns).day - timedelta(days=generator.randrange(8))
    last = first + timedelta(days=generator.choice([0, 1, 6, 30, 90]))
    return Question(
        tuple(dimensions),
        start_date=first if generator.random() < 0.6 else None,
        end_date=last if generator.random() < 0.6 else None,
    )


def rounded(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def percentage(part: int, whole: int) -> float | None:
    return rounded(Decimal(100) * part / whole) if whole else None


def mean_hours(seconds: Sequence[int]) -> float | None:
    return rounded(Decimal(sum(seconds)) / 3600 / len(seconds)) if seconds else None


def quantile_hours(seconds: Sequence[int], share: float) -> float | None:
    """The value whose rank is the first to reach the share; of an even number's middle two, their mean."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    if share == 0.5:
        return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 7200
    return ordered[math.ceil(round(share * len(ordered), 9)) - 1] / 3600
