"""Every endpoint with what it must answer, and random sets of filters to ask it with."""

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from tests.api.insights.calls import get
from tests.oracle import anomalies, insights, items, processes, tickets
from tests.oracle.desk import ImportedDesk, read_desk
from tests.oracle.figures import DIMENSIONS

OF_TICKETS = ("department", "category", "sub_category", "workflow_id", "priority")
OF_WORK = DIMENSIONS
OF_STEPS = tuple(name for name in DIMENSIONS if name != "user_id")
TREND_DAYS = 60
# How many sets of filters each endpoint is asked with, in place of what the tests think enough.
SETS_ASKED = "SLUICE_ORACLE_FILTERS"
Filters = dict[str, Any]


def wanted_sets(enough: int) -> int:
    return int(os.environ.get(SETS_ASKED, enough))


@dataclass(frozen=True)
class Question:
    """An endpoint, the filters it takes, and its answer reduced to what is expected of it."""

    path: str
    dimensions: tuple[str, ...]
    expect: Callable[[ImportedDesk, Filters], Any]
    reduce: Callable[[dict[str, Any], Any], Any]
    is_dated: bool = False
    takes_dates: bool = True
    also: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path + "".join(f"?{name}={value}" for name, value in self.also.items())

    def sets(self, desk: ImportedDesk, count: int) -> list[Filters]:
        """So many random sets, each asked once, and nothing but the endpoint itself."""
        generator = random.Random(self.name)  # noqa: S311 - a reproducible choice
        asked: list[Filters] = [] if self.is_dated or "{" in self.path else [{}]
        for filters in [self.filters(desk, generator) for _ in range(count)]:
            if filters not in asked:
                asked.append(filters)
        return asked

    def filters(self, desk: ImportedDesk, generator: random.Random) -> Filters:
        """A set drawn from one row's values, so that it is not empty for its values alone."""
        rows = desk.items if "user_id" in self.dimensions else desk.visits
        row = rows.iloc[generator.randrange(len(rows))]
        chosen = [name for name in self.dimensions if self._names(name) or generator.random() < 0.35]
        filters = {name: _plain(row[name]) for name in chosen}
        first = desk.tickets["day"].min()
        span = (desk.tickets["day"].max() - first).days + 2
        days = sorted(first + timedelta(days=generator.randrange(span)) for _ in range(2))
        if self.is_dated:
            days[1] = min(days[1], days[0] + timedelta(days=TREND_DAYS))
        for name, day in zip(("start_date", "end_date"), days, strict=True):
            if self.is_dated or (self.takes_dates and generator.random() < 0.5):
                filters[name] = day.isoformat()
        return filters

    def _names(self, parameter: str) -> bool:
        return f"{{{parameter}}}" in self.path

    def address(self, filters: Filters) -> tuple[str, Filters]:
        """Where to ask, and what is left for the query."""
        query = {name: value for name, value in filters.items() if not self._names(name)}
        return self.path.format(**filters), query | dict(self.also)

    async def ask(self, client: httpx.AsyncClient, desk: ImportedDesk, filters: Filters) -> tuple[Any, Any]:
        """Ask once; what was answered and what the imported rows say come back, to be compared."""
        expected = self.expect(desk, filters)
        path, query = self.address(filters)
        answer = await get(client, path, **query)
        return self.reduce(answer, expected), expected


async def published_at(client: httpx.AsyncClient, database_url: str) -> ImportedDesk:
    """The imported rows, judged as of what is published of them."""
    answer = await get(client, "/tickets/status/")
    return read_desk(database_url, datetime.fromisoformat(answer["data_as_of"]))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _fields(answer: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in expected}


def _by(name: str, key: str, *columns: str) -> Callable[[dict[str, Any], Any], Any]:
    """Top-level fields as they are, the list by its key."""

    def reduce(answer: dict[str, Any], expected: Any) -> Any:
        groups = {part[key]: tuple(part[column] for column in columns) for part in answer[name]}
        return _fields(answer, {field: None for field in expected if field != name}) | {name: groups}

    return reduce


def _keyed(name: str, key: str, counted: str) -> Callable[[dict[str, Any], Any], Any]:
    """Top-level fields as they are, and the groups of a list."""
    groups = _groups(name, key, counted)

    def reduce(answer: dict[str, Any], expected: Any) -> Any:
        return _fields(answer, expected) | {name: groups(answer, expected[name])}

    return reduce


def _categories(answer: dict[str, Any], _: Any) -> Any:
    groups = {
        f"by_{name}": {part[name]: (part["count"], part["percentage"]) for part in answer[f"by_{name}"]}
        for name in ("category", "sub_category", "department")
    }
    branches = {
        branch["category"]: (
            branch["total"],
            {part["name"]: part["count"] for part in branch["sub_categories"]},
        )
        for branch in answer["hierarchical"]
    }
    return {"total_tickets": answer["total_tickets"], **groups, "hierarchical": branches}


def _sent_status(answer: dict[str, Any], _: Any) -> Any:
    shares = {part["status"]: (part["count"], part["percentage"]) for part in answer["status_summary"]}
    known = {status: share for status, share in shares.items() if share[0]}
    return {"total_tickets": answer["total_tickets"], "status_summary": known}


def _shares(name: str, key: str) -> Callable[[dict[str, Any], Any], Any]:
    def reduce(answer: dict[str, Any], _: Any) -> Any:
        shares = {part[key]: (part["count"], part["percentage"]) for part in answer[name]}
        return {"total_task_items": answer["total_task_items"], "distribution": shares}

    return reduce


def _groups(name: str, key: str, counted: str) -> Callable[[dict[str, Any], Any], Any]:
    """Groups with something in them, by key, reduced to the expected figures."""

    def reduce(answer: dict[str, Any], expected: Any) -> Any:
        names = list(next(iter(expected.values()), {}))
        return {
            group[key]: {field: group[field] for field in names}
            for group in answer[name]
            if group[counted] or group[key] in expected
        }

    return reduce


def _trends(answer: dict[str, Any], expected: Any) -> Any:
    points = {
        point["date"]: (point["created"], point["resolved"], point["backlog"]) for point in answer["trends"]
    }
    return _fields(answer, expected) | {"trends": points}


def _item_trends(answer: dict[str, Any], expected: Any) -> Any:
    points = {
        point["date"]: {name: count for name, count in point.items() if name != "date"}
        for point in answer["trends"]
    }
    return _fields(answer, expected) | {"trends": points}


def _performance(answer: dict[str, Any], expected: Any) -> Any:
    spreads = ("time_to_action_hours", "resolution_time_hours")
    return {
        **{name: _fields(answer[name], expected[name]) for name in spreads},
        "summary": _fields(answer["sla_compliance"]["summary"], expected["summary"]),
        "by_current_status": answer["sla_compliance"]["by_current_status"],
        **_fields(answer, dict.fromkeys(("total_task_items", "active_items", "overdue_items"))),
    }


def _transfers(answer: dict[str, Any], expected: Any) -> Any:
    reduced = {name: answer[name] for name in expected if not name.startswith(("top_", "escalations_by"))}
    reduced["top_transfer_recipients"] = [one["received_count"] for one in answer["top_transfer_recipients"]]
    for name in ("top_transferrers", "top_initiators"):
        reduced[name] = [one["transfer_count"] for one in answer[name]]
    steps = answer["escalations_by_step"]
    reduced["escalations_by_step"] = {one["step_id"]: one["escalation_count"] for one in steps}
    return reduced


def _process_map(answer: dict[str, Any], expected: Any) -> Any:
    nodes = _groups("nodes", "step_id", "visits")(answer, expected["nodes"])
    edges = {(edge["from_step_id"], edge["to_step_id"]): edge for edge in answer["edges"]}
    names = list(next(iter(expected["edges"].values()), {}))
    path = answer["happy_path"]
    return _fields(answer, expected) | {
        "happy_path": path and _fields(path, expected["happy_path"] or path),
        "nodes": nodes,
        "edges": {ends: _fields(edge, dict.fromkeys(names)) for ends, edge in edges.items()},
    }


def _variants(answer: dict[str, Any], expected: Any) -> Any:
    names = dict.fromkeys(next(iter(expected["results"]), {}))
    return {"count": answer["count"], "results": [_fields(row, names) for row in answer["results"]]}


def _sla_risk(answer: dict[str, Any], expected: Any) -> Any:
    rows = {name: [row["task_id"] for row in answer[name]] for name in ("breached", "at_risk")}
    return _fields(answer, expected) | rows


QUESTIONS = [
    Question("/tickets/dashboard/", OF_TICKETS, tickets.dashboard, _fields),
    Question(
        "/tickets/status/", OF_TICKETS, tickets.status, _by("status_summary", "status", "count", "percentage")
    ),
    Question(
        "/tickets/status/", OF_TICKETS, tickets.sent_status, _sent_status, also={"basis": "ticket"}
    ),
    Question(
        "/tickets/priority/", OF_TICKETS, tickets.priority,
        _keyed("priority_distribution", "priority", "count"),
    ),
    Question(
        "/tickets/age/", OF_TICKETS, tickets.age, _by("ticket_age", "age_bucket", "count", "percentage")
    ),
    Question(
        "/tickets/age/", OF_TICKETS, tickets.all_ages, _by("ticket_age", "age_bucket", "count", "percentage"),
        also={"scope": "all"},
    ),
    Question("/tickets/sla/", OF_TICKETS, tickets.sla, _keyed("sla_compliance", "priority", "total_tasks")),
    *(
        Question(
            "/tickets/sla/", OF_TICKETS, partial(tickets.sla_by, column),
            _keyed("sla_compliance", column, "total_tasks"), also={"group_by": group},
        )
        for group, column in (
            ("workflow", "workflow_id"), ("department", "department"), ("category", "category")
        )
    ),
    Question("/ticket-categories/", OF_TICKETS, tickets.categories, _categories),
    Question("/ticket-trends/", OF_TICKETS, tickets.trends, _trends, is_dated=True),
    Question(
        "/workflows/metrics/",
        OF_TICKETS,
        tickets.workflow_metrics,
        _groups("workflow_metrics", "workflow_id", "total_tasks"),
    ),
    Question(
        "/workflows/departments/",
        OF_TICKETS,
        tickets.department_metrics,
        _groups("department_analytics", "department", "total_tickets"),
    ),
    Question(
        "/workflows/steps/", OF_STEPS, tickets.step_metrics, _groups("step_performance", "step_id", "visits")
    ),
    Question(
        "/workflows/{workflow_id}/process-map/", ("workflow_id",), processes.process_map, _process_map,
        takes_dates=False,
    ),
    Question(
        "/workflows/{workflow_id}/variants/", ("workflow_id",), processes.variants, _variants,
        takes_dates=False, also={"page_size": processes.SHOWN},
    ),
    Question("/tasks/status/", OF_WORK, items.item_status, _shares("status_distribution", "status")),
    Question("/tasks/origin/", OF_WORK, items.item_origin, _shares("origin_distribution", "origin")),
    Question("/tasks/performance/", OF_WORK, items.performance, _performance),
    Question(
        "/tasks/users/", OF_WORK, items.users, _groups("user_performance", "user_id", "total_items"),
        also={"limit": 1_000},
    ),
    Question("/tasks/transfers/", OF_WORK, items.transfers, _transfers),
    Question(
        "/sla-risk/", (*OF_TICKETS, "source"), insights.sla_risk, _sla_risk, also={"limit": insights.SHOWN}
    ),
    Question(
        "/workload/", ("role",), insights.workload, _keyed("workloads", "user_id", "total_assigned"),
        takes_dates=False,
    ),
    *(
        Question(
            "/anomalies/", own, partial(anomalies.unusual_days, metric), anomalies.told,
            takes_dates=False, also={"metric": metric, "days": anomalies.DAYS},
        )
        for metric, own in anomalies.ASKED.items()
    ),
    Question("/task-item-trends/", OF_WORK, items.item_trends, _item_trends, is_dated=True),
]  # fmt: skip
