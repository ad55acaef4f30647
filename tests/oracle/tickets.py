"""What the endpoints about tickets and workflows must answer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import (
    compliance,
    counts,
    mean_hours,
    median_hours,
    percentile_hours,
    rate,
    select,
)

STATUSES = ["pending", "in progress", "on_hold", "completed", "cancelled", "pending_external"]
PRIORITIES = ["Critical", "High", "Medium", "Low"]
AGE_BUCKETS = ["0-1 days", "1-7 days", "7-30 days", "30-90 days", "90+ days"]
Filters = Mapping[str, Any]


def tickets_of(desk: ImportedDesk, filters: Filters) -> pd.DataFrame:
    return select(desk.tickets, filters)


def moved(desk: ImportedDesk, tickets: pd.DataFrame, origin: str) -> int:
    """Tickets with at least one item that came about so."""
    items = desk.items[desk.items["origin"] == origin]
    return int(tickets["task_id"].isin(items["task_id"]).sum())


def dashboard(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    statuses = counts(tickets["status"])
    held = desk.items[desk.items["task_id"].isin(tickets["task_id"])]
    states = tickets["sla_status"]
    return {
        "total_tickets": len(tickets),
        **{
            f"{status.replace(' ', '_')}_tickets": statuses.get(status, 0)
            for status in ("completed", "pending", "in progress", "on_hold", "cancelled")
        },
        "open_tickets": int(tickets["is_open"].sum()),
        "sla_compliance_rate": compliance(states),
        "sla_breached": int((states == "breached").sum()),
        "sla_at_risk": int((states == "at_risk").sum()),
        "total_users": held["user_id"].nunique(),
        "total_workflows": tickets["workflow_id"].nunique(),
        "escalation_rate": rate(moved(desk, tickets, "Escalation"), len(tickets)),
        "transfer_rate": rate(moved(desk, tickets, "Transferred"), len(tickets)),
        "avg_resolution_hours": mean_hours(tickets["resolution_seconds"]),
        "median_resolution_hours": median_hours(tickets["resolution_seconds"]),
        "avg_first_response_hours": mean_hours(tickets["first_response_seconds"]),
    }


def status(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    known = counts(tickets["status"])
    return {
        "total_tickets": len(tickets),
        "status_summary": {
            name: (known.get(name, 0), rate(known.get(name, 0), len(tickets))) for name in STATUSES
        },
    }


def priority(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    groups = {name: tickets[tickets["priority"] == name] for name in PRIORITIES}
    return {
        "total_tickets": len(tickets),
        "priority_distribution": {
            name: (len(group), rate(len(group), len(tickets)), mean_hours(group["resolution_seconds"]))
            for name, group in groups.items()
        },
    }


def age(desk: ImportedDesk, filters: Filters, *, scope: str = "open") -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    if scope == "open":
        tickets = tickets[tickets["is_open"]]
    known = counts(tickets["age_bucket"])
    return {
        "total_tickets": len(tickets),
        "ticket_age": {
            name: (known.get(name, 0), rate(known.get(name, 0), len(tickets))) for name in AGE_BUCKETS
        },
    }


def sla(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    groups = {}
    for name in PRIORITIES:
        states = counts(tickets.loc[tickets["priority"] == name, "sla_status"])
        met, breached = states.get("met", 0), states.get("breached", 0)
        groups[name] = (
            sum(states.values()), met, breached, states.get("on_track", 0), states.get("at_risk", 0),
            states.get("no_sla", 0), rate(met, met + breached),
        )  # fmt: skip
    return {
        "total_with_sla": int((tickets["sla_status"] != "no_sla").sum()),
        "overall_compliance_rate": compliance(tickets["sla_status"]),
        "sla_compliance": groups,
    }


def trends(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Created by day of creation, resolved by day of resolution, open at each day's end."""
    dimensions = {name: value for name, value in filters.items() if not name.endswith("_date")}
    tickets = tickets_of(desk, dimensions)
    first, last = (date.fromisoformat(filters[name]) for name in ("start_date", "end_date"))
    created = counts(tickets["day"])
    resolved = counts(tickets.loc[tickets["status"] == "completed", "resolution_time"].dt.date)
    points = {}
    for number in range((min(last, desk.as_of.date()) - first).days + 1):
        day = first + timedelta(days=number)
        points[day.isoformat()] = (created.get(day, 0), resolved.get(day, 0))
    return {
        "total_created": sum(made for made, _ in points.values()),
        "total_resolved": sum(done for _, done in points.values()),
        "trends": points,
    }


def workflow_metrics(desk: ImportedDesk, filters: Filters) -> dict[Any, Any]:
    tickets = tickets_of(desk, filters)
    return {
        workflow_id: {
            "total_tasks": len(group),
            "completed_tasks": int((group["status"] == "completed").sum()),
            "pending_tasks": int((group["status"] == "pending").sum()),
            "in_progress_tasks": int((group["status"] == "in progress").sum()),
            "open_tickets": int(group["is_open"].sum()),
            "completion_rate": rate((group["status"] == "completed").sum(), len(group)),
            "completion_samples": int(group["resolution_seconds"].notna().sum()),
            "avg_completion_hours": mean_hours(group["resolution_seconds"]),
            "median_completion_hours": median_hours(group["resolution_seconds"]),
            "p90_completion_hours": percentile_hours(group["resolution_seconds"], 0.9),
            "sla_compliance_rate": compliance(group["sla_status"]),
            "escalation_rate": rate(moved(desk, group, "Escalation"), len(group)),
            "transfer_rate": rate(moved(desk, group, "Transferred"), len(group)),
        }
        for workflow_id, group in tickets.groupby("workflow_id")
    }


def department_metrics(desk: ImportedDesk, filters: Filters) -> dict[Any, Any]:
    tickets = tickets_of(desk, filters)
    return {
        department: {
            "total_tickets": len(group),
            "completed_tickets": int((group["status"] == "completed").sum()),
            "open_tickets": int(group["is_open"].sum()),
            "completion_rate": rate((group["status"] == "completed").sum(), len(group)),
            "avg_resolution_hours": mean_hours(group["resolution_seconds"]),
            "sla_compliance_rate": compliance(group["sla_status"]),
        }
        for department, group in tickets.groupby("workflow_department")
    }


def step_metrics(desk: ImportedDesk, filters: Filters) -> dict[int, Any]:
    visits, items = select(desk.visits, filters), select(desk.items, filters)
    answers = {}
    for step_id in set(visits["step_id"]) | set(items["step_id"]):
        here, given = visits[visits["step_id"] == step_id], items[items["step_id"] == step_id]
        breached, met = (given["sla_status"] == "breached").sum(), (given["sla_status"] == "met").sum()
        answers[int(step_id)] = {
            "visits": len(here),
            "completed_visits": int(here["direction"].isin(["forward", "completed"]).sum()),
            "rejections": int((here["direction"] == "backward").sum()),
            "currently_here": int((here["direction"] == "open").sum()),
            "samples": int(here["visit_seconds"].notna().sum()),
            "avg_hours": mean_hours(here["visit_seconds"]),
            "median_hours": median_hours(here["visit_seconds"]),
            "p90_hours": percentile_hours(here["visit_seconds"], 0.9),
            "escalations": int((given["origin"] == "Escalation").sum()),
            "transfers": int((given["origin"] == "Transferred").sum()),
            "item_sla_breach_rate": rate(breached, breached + met),
        }
    return answers
