"""Every drilldown with the rows that it must list, in their order."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import DIMENSIONS, select
from tests.oracle.questions import OF_STEPS, OF_TICKETS, Filters

Rows = Callable[[ImportedDesk], pd.DataFrame]
Meets = Callable[[pd.DataFrame, Any], Any]
# A list so long is read unfiltered only where many sets are asked for.
LONG, MANY = 10_000, 100
NEWEST_TICKET = ("created_at", "task_id")
NEWEST_ITEM = ("assigned_on", "task_item_id")


@dataclass(frozen=True)
class Listing:
    """A drilldown, the rows that it chooses from, and by what.

    Args:
        path: Its address, with the parameter that it may hold.
        rows: All rows that it can list; their columns are named like the parameters.
        order: Columns that it is ordered by; the last one is the row's key.
        dimensions: The common filters that it takes.
        own: The filters of its own, each drawn from the column of its name.
        meets: Those that are not told by equality.
        named: Columns of ids in whose place the rows tell names.
        is_newest_first: Whether the order is a descending one.
        also: What is always asked.
    """

    path: str
    rows: Rows
    order: tuple[str, ...]
    dimensions: tuple[str, ...]
    own: tuple[str, ...] = ()
    meets: Mapping[str, Meets] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    is_newest_first: bool = True
    also: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.order[-1]

    @property
    def name(self) -> str:
        return self.path + "".join(f"?{name}={value}" for name, value in self.also.items())

    def sets(self, desk: ImportedDesk, count: int) -> Iterator[Filters]:
        """So many sets of filters, each drawn from one of the rows, and the whole list."""
        generator = random.Random(self.name)  # noqa: S311 - a reproducible choice
        rows = self.rows(desk)
        if "{" not in self.path and (len(rows) <= LONG or count >= MANY):
            yield {}
        for _ in range(count if len(rows) else 0):
            row = rows.iloc[generator.randrange(len(rows))]
            chances = dict.fromkeys(self.dimensions, 0.25) | dict.fromkeys(self.own, 0.35)
            chances |= {name: 1 for name in DIMENSIONS if f"{{{name}}}" in self.path}
            chosen = [name for name, chance in chances.items() if generator.random() < chance]
            filters = {name: _asked(row[name]) for name in chosen if not pd.isna(row[name])}
            for name in ("start_date", "end_date"):
                day = rows["day"].iloc[generator.randrange(len(rows))]
                if generator.random() < 0.3 and (name == "start_date") == (day <= row["day"]):
                    filters[name] = day.isoformat()
            yield filters

    def address(self, filters: Filters) -> tuple[str, Filters]:
        """Where to ask, and what is left for the query."""
        query = {name: value for name, value in filters.items() if f"{{{name}}}" not in self.path}
        return self.path.format(**filters), query | dict(self.also)

    def select(self, desk: ImportedDesk, filters: Filters) -> pd.DataFrame:
        common = {name: value for name, value in filters.items() if name not in self.meets}
        rows = select(self.rows(desk), common)
        for name, value in filters.items():
            if name in self.meets:
                rows = rows[self.meets[name](rows, value)]
            elif name in self.own and name not in DIMENSIONS:
                rows = rows[rows[name] == value]
        return rows.sort_values(list(self.order), ascending=not self.is_newest_first)


def _asked(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) else plain


def _tickets(desk: ImportedDesk) -> pd.DataFrame:
    return desk.tickets


def _open_tickets(desk: ImportedDesk) -> pd.DataFrame:
    return desk.tickets[desk.tickets["is_open"]]


def _judged_tickets(desk: ImportedDesk) -> pd.DataFrame:
    return desk.tickets[desk.tickets["sla_status"] != "no_sla"]


def _unjudged_tickets(desk: ImportedDesk) -> pd.DataFrame:
    return desk.tickets[desk.tickets["sla_status"] == "no_sla"]


def _walked_tickets(desk: ImportedDesk) -> pd.DataFrame:
    """Each with one of the steps of its workflow that it might have left out."""
    tickets = desk.tickets[desk.tickets["way"].notna()].copy()
    steps = desk.visits.groupby("workflow_id")["step_id"].unique()
    tickets["skipped_step_id"] = [
        steps[workflow_id][task_id % len(steps[workflow_id])]
        for workflow_id, task_id in zip(tickets["workflow_id"], tickets["task_id"], strict=True)
    ]
    return tickets


def _left_out(tickets: pd.DataFrame, step_id: int) -> Any:
    is_left_out = pd.Series([step_id not in way for way in tickets["way"]], tickets.index, dtype=bool)
    return is_left_out & (tickets["status"] == "completed")


def _items(desk: ImportedDesk) -> pd.DataFrame:
    return desk.items.assign(
        is_judged=desk.items["sla_status"] != "no_sla", has_target=desk.items["item_target"].notna()
    )


def _moved_items(desk: ImportedDesk) -> pd.DataFrame:
    moved = desk.items[desk.items["origin"] != "System"]
    return moved.assign(to_user_id=moved["user_id"])


def _either_side(items: pd.DataFrame, user_id: int) -> Any:
    return (items["user_id"] == user_id) | (items["from_user_id"] == user_id)


OUTCOMES = {"forward": "completed", "completed": "completed", "backward": "rejected", "open": "open"}


def _visits(desk: ImportedDesk) -> pd.DataFrame:
    return desk.visits.assign(outcome=desk.visits["direction"].map(OUTCOMES).fillna("cancelled"))


def _snapshots(desk: ImportedDesk) -> pd.DataFrame:
    return desk.snapshots


STATES = ("status", "sla_status", "is_open", "is_judged", "has_target")
LISTINGS = [
    Listing("/drilldown/tickets/status/", _tickets, NEWEST_TICKET, OF_TICKETS, ("status",)),
    Listing("/drilldown/tickets/priority/", _tickets, NEWEST_TICKET, OF_TICKETS, ("status",)),
    Listing(
        "/drilldown/tickets/age/",
        _open_tickets, NEWEST_TICKET, OF_TICKETS, ("status", "age_bucket"), is_newest_first=False,
    ),
    Listing(
        "/drilldown/tickets/age/",
        _tickets, NEWEST_TICKET, OF_TICKETS, ("status", "age_bucket"), is_newest_first=False,
        also={"scope": "all"},
    ),
    Listing(
        "/drilldown/tickets/sla/",
        _judged_tickets, ("target_resolution", "task_id"), OF_TICKETS, ("sla_status",), is_newest_first=False,
    ),
    Listing(
        "/drilldown/tickets/sla/",
        _unjudged_tickets, ("target_resolution", "task_id"), OF_TICKETS, is_newest_first=False,
        also={"sla_status": "no_sla"},
    ),
    Listing(
        "/drilldown/tickets/open/",
        _open_tickets, NEWEST_TICKET, (*OF_TICKETS, "source"), ("status", "sla_status"),
        is_newest_first=False,
    ),
    Listing(
        "/drilldown/tickets/category/", _snapshots, ("created_at", "ticket_id"), OF_TICKETS, ("status",)
    ),
    Listing(
        "/drilldown/workflow/{workflow_id}/",
        _walked_tickets, NEWEST_TICKET, OF_TICKETS,
        ("status", "step_id", "is_reworked", "skipped_step_id"), {"skipped_step_id": _left_out},
    ),
    Listing(
        "/drilldown/departments/", _tickets, NEWEST_TICKET, OF_TICKETS, ("workflow_department", "status")
    ),
    Listing(
        "/drilldown/steps/",
        _visits, ("entered_at", "visit_id"), OF_STEPS,
        ("outcome", "is_repeated", "previous_step_id", "next_step_id"),
    ),
    Listing("/drilldown/tasks/status/", _items, NEWEST_ITEM, DIMENSIONS, STATES),
    Listing("/drilldown/tasks/origin/", _items, NEWEST_ITEM, DIMENSIONS, ("origin",)),
    Listing("/drilldown/user/{user_id}/", _items, NEWEST_ITEM, OF_STEPS, STATES),
    Listing(
        "/drilldown/transfers/",
        _moved_items, NEWEST_ITEM, OF_STEPS,
        ("origin", "user_id", "from_user_id", "to_user_id", "transferred_by"), {"user_id": _either_side},
        named=("transferred_by",),
    ),
]  # fmt: skip
