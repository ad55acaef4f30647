"""What the endpoints about items must answer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import counts, mean_hours, median_hours, percentile_hours, rate, select

STATUSES = ["new", "in progress", "resolved", "reassigned", "escalated"]
ORIGINS = ["System", "Transferred", "Escalation"]
NOTED = {
    "new": "new",
    "in_progress": "in progress",
    "escalated": "escalated",
    "transferred": "reassigned",
    "resolved": "resolved",
    "breached": "breached",
}
TOP = 10
Filters = Mapping[str, Any]


def item_status(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    return _shares(select(desk.items, filters), "status", STATUSES)


def item_origin(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    return _shares(select(desk.items, filters), "origin", ORIGINS)


def _shares(items: pd.DataFrame, column: str, names: list[str]) -> dict[str, Any]:
    known = counts(items[column])
    return {
        "total_task_items": len(items),
        "distribution": {name: (known.get(name, 0), rate(known.get(name, 0), len(items))) for name in names},
    }


def performance(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    items = select(desk.items, filters)
    states = counts(items["sla_status"])
    met, breached = states.get("met", 0), states.get("breached", 0)
    return {
        "time_to_action_hours": _spread(items["action_seconds"]),
        "resolution_time_hours": _spread(items["resolution_seconds"]),
        "summary": {
            "total_tasks_with_sla": sum(states.values()) - states.get("no_sla", 0),
            "tasks_met": met,
            "tasks_on_track": states.get("on_track", 0),
            "tasks_at_risk": states.get("at_risk", 0),
            "tasks_breached": breached,
            "current_compliance_rate_percent": rate(met, met + breached),
        },
        "by_current_status": {status: _states(status, items) for status in STATUSES},
        "total_task_items": len(items),
        "active_items": int(items["is_open"].sum()),
        "overdue_items": int((items["is_open"] & (items["sla_status"] == "breached")).sum()),
    }


def _states(status: str, items: pd.DataFrame) -> dict[str, int]:
    """Of work that is not over what it is judged to be, else what was kept of the targets."""
    items = items[items["status"] == status]
    if status in {"new", "in progress"}:
        states = counts(items.loc[items["sla_status"] != "no_sla", "sla_status"])
        told = {state: states.get(state, 0) for state in ("on_track", "at_risk", "breached")}
        return {"total": sum(states.values()), **told}
    states = counts(items.loc[items["item_target"].notna(), "sla_status"])
    return {
        "total": sum(states.values()),
        "met_sla": states.get("met", 0),
        "missed_sla": states.get("breached", 0),
        "not_judged": states.get("no_sla", 0),
    }


def _spread(seconds: "pd.Series[Any]") -> dict[str, Any]:
    return {
        "samples": int(seconds.notna().sum()),
        "average": mean_hours(seconds),
        "median": median_hours(seconds),
        "p90": percentile_hours(seconds, 0.9),
        "minimum": percentile_hours(seconds, 0),
        "maximum": percentile_hours(seconds, 1),
    }


def users(desk: ImportedDesk, filters: Filters) -> dict[Any, Any]:
    items = select(desk.items, filters)
    answers: dict[Any, Any] = {}
    for user_id, own in items.groupby("user_id"):
        statuses = counts(own["status"])
        overdue = int((own["is_open"] & (own["sla_status"] == "breached")).sum())
        met = int((own["sla_status"] == "met").sum())
        missed = int((~own["is_open"] & (own["sla_status"] == "breached")).sum())
        answers[user_id] = {
            "total_items": len(own),
            **{status.replace(" ", "_"): statuses.get(status, 0) for status in STATUSES},
            "breached": overdue,
            "overdue_items": overdue,
            "sla_met": met,
            "sla_missed": missed,
            "active_items": int(own["is_open"].sum()),
            "resolution_rate": rate(statuses.get("resolved", 0), len(own)),
            "escalation_rate": rate(statuses.get("escalated", 0), len(own)),
            "breach_rate": rate(overdue, len(own)),
            "sla_met_rate": rate(met, met + missed),
            "actions": int(own["action_seconds"].notna().sum()),
            "avg_time_to_action_hours": mean_hours(own["action_seconds"]),
            "median_time_to_action_hours": median_hours(own["action_seconds"]),
            "p90_time_to_action_hours": percentile_hours(own["action_seconds"], 0.9),
        }
    return answers


def transfers(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    items = select(desk.items, filters)
    received = items[items["origin"] == "Transferred"]
    escalated = items[items["origin"] == "Escalation"]
    # Givers and initiators are people of their own: a filter by user is about them, not about the holder.
    others = {name: value for name, value in filters.items() if name != "user_id"}
    moves = select(desk.items, others)
    moves = moves[moves["origin"] == "Transferred"]
    who = filters.get("user_id")
    return {
        "total_task_items": len(items),
        "total_transfers": len(received),
        "transfer_rate": rate(len(received), len(items)),
        "total_escalations": len(escalated),
        "escalation_rate": rate(len(escalated), len(items)),
        "top_transfer_recipients": _most(received["user_id"]),
        "top_transferrers": _most(moves["from_user_id"], who),
        "top_initiators": _most(moves["transferred_by"], who),
        "escalations_by_step": counts(escalated["step_id"]),
    }


def _most(people: "pd.Series[Any]", who: int | None = None) -> list[int]:
    """The largest counts, largest first; who shares a count may stand in any order."""
    known = people.dropna()
    if who is not None:
        known = known[known == who]
    return sorted(counts(known).values(), reverse=True)[:TOP]


def item_trends(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    dimensions = {name: value for name, value in filters.items() if not name.endswith("_date")}
    events = select(desk.item_events, dimensions)
    events = events[events["occurred_at"] <= desk.as_of]
    noted = counts(events[["day", "event_status"]])
    first, last = (date.fromisoformat(filters[name]) for name in ("start_date", "end_date"))
    points = {}
    for number in range((min(last, desk.as_of.date()) - first).days + 1):
        day = first + timedelta(days=number)
        points[day.isoformat()] = {name: noted.get((day, status), 0) for name, status in NOTED.items()}
    summary = {name: sum(point[name] for point in points.values()) for name in NOTED}
    return {"summary": summary, "trends": points}
