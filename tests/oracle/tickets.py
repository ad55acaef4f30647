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
DONE_WITHOUT_WORKFLOW = ["Resolved", "Closed", "Rejected", "Withdrawn"]
PRIORITIES = ["Critical", "High", "Medium", "Low"]
AGE_BUCKETS = ["0-1 days", "1-7 days", "7-30 days", "30-90 days", "90+ days"]
Filters = Mapping[str, Any]


def tickets_of(desk: ImportedDesk, filters: Filters) -> pd.DataFrame:
    return select(desk.tickets, filters)


def resolutions(tickets: pd.DataFrame, what: str = "resolution") -> dict[str, Any]:
    """The hours of resolutions, in the words of all answers that tell them."""
    seconds = tickets["resolution_seconds"]
    return {
        f"avg_{what}_hours": mean_hours(seconds),
        f"median_{what}_hours": median_hours(seconds),
        f"p90_{what}_hours": percentile_hours(seconds, 0.9),
    }


def moved(desk: ImportedDesk, tickets: pd.DataFrame, origin: str) -> int:
    """Tickets with at least one item that came about so."""
    items = desk.items[desk.items["origin"] == origin]
    return int(tickets["task_id"].isin(items["task_id"]).sum())


def dashboard(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    statuses = counts(tickets["status"])
    held = desk.items[desk.items["task_id"].isin(tickets["task_id"])]
    states = tickets["sla_status"]
    waited = tickets["first_response_seconds"]
    sent = select(desk.snapshots, filters)
    is_waiting = sent["task_id"].isna() & ~sent["status"].isin(DONE_WITHOUT_WORKFLOW)
    return {
        "total_tickets": len(tickets),
        "unassigned_tickets": int(
            (tickets["needs_assignment"] & tickets["is_open"]).sum() + is_waiting.sum()
        ),
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
        **resolutions(tickets),
        "p95_resolution_hours": percentile_hours(tickets["resolution_seconds"], 0.95),
        "resolutions": int(tickets["resolution_seconds"].notna().sum()),
        "avg_first_response_hours": mean_hours(waited),
        "median_first_response_hours": median_hours(waited),
        "p90_first_response_hours": percentile_hours(waited, 0.9),
        "first_responses": int(waited.notna().sum()),
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


def sent_status(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """By the status that the ticket itself has, whether a workflow took it or not."""
    sent = select(desk.snapshots, filters)
    known = counts(sent["status"])
    return {
        "total_tickets": len(sent),
        "status_summary": {status: (count, rate(count, len(sent))) for status, count in known.items()},
    }


def all_ages(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    return age(desk, filters, scope="all")


def categories(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    sent = select(desk.snapshots, filters)

    def shares(column: str) -> dict[str, Any]:
        return {name: (count, rate(count, len(sent))) for name, count in counts(sent[column]).items()}

    return {
        "total_tickets": len(sent),
        "by_category": shares("category"),
        "by_sub_category": shares("sub_category"),
        "by_department": shares("department"),
        "hierarchical": {
            name: (len(branch), counts(branch["sub_category"])) for name, branch in sent.groupby("category")
        },
    }


def priority(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    groups = {name: tickets[tickets["priority"] == name] for name in PRIORITIES}
    return {
        "total_tickets": len(tickets),
        "priority_distribution": {
            name: {
                "count": len(group),
                "percentage": rate(len(group), len(tickets)),
                **resolutions(group),
                "resolutions": int(group["resolution_seconds"].notna().sum()),
            }
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
    return sla_by("priority", desk, filters)


def sla_by(column: str, desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    tickets = tickets_of(desk, filters)
    groups: dict[Any, Any] = dict.fromkeys(PRIORITIES, tickets[:0]) if column == "priority" else {}
    groups |= dict(iter(tickets.groupby(column)))
    told = {}
    for name, group in groups.items():
        states = counts(group["sla_status"])
        told[name] = {
            "total_tasks": len(group),
            "sla_met": states.get("met", 0),
            "sla_breached": states.get("breached", 0),
            "on_track": states.get("on_track", 0),
            "at_risk": states.get("at_risk", 0),
            "no_sla": states.get("no_sla", 0),
            "compliance_rate": compliance(group["sla_status"]),
            **resolutions(group),
            "resolutions": int(group["resolution_seconds"].notna().sum()),
        }
    return {
        "total_with_sla": int((tickets["sla_status"] != "no_sla").sum()),
        "overall_compliance_rate": compliance(tickets["sla_status"]),
        "sla_compliance": told,
    }


def trends(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Created by day of creation, resolved by day of resolution, open at each day's end."""
    dimensions = {name: value for name, value in filters.items() if not name.endswith("_date")}
    tickets = tickets_of(desk, dimensions)
    first, last = (date.fromisoformat(filters[name]) for name in ("start_date", "end_date"))
    created = counts(tickets["day"])
    resolved = counts(tickets.loc[tickets["status"] == "completed", "resolution_time"].dt.date)
    cancelled = counts(tickets["cancelled_at"].dropna().dt.date)
    backlog, points = 0, {}
    for flow, sign in ((created, 1), (resolved, -1), (cancelled, -1)):
        backlog += sign * sum(count for day, count in flow.items() if day < first)
    for number in range((min(last, desk.as_of.date()) - first).days + 1):
        day = first + timedelta(days=number)
        backlog += created.get(day, 0) - resolved.get(day, 0) - cancelled.get(day, 0)
        points[day.isoformat()] = (created.get(day, 0), resolved.get(day, 0), backlog)
    total = [sum(point[place] for point in points.values()) for place in (0, 1)]
    return {
        "summary": {"total_created": total[0], "total_resolved": total[1], "net": total[0] - total[1]},
        "time_period_days": max((min(last, desk.as_of.date()) - first).days + 1, 0),
        "trends": points,
    }


def _by_status(group: pd.DataFrame, word: str) -> dict[str, Any]:
    known = counts(group["status"])
    statuses = ("completed", "pending", "in progress", "on_hold", "cancelled")
    states = counts(group["sla_status"])
    return {
        f"total_{word}": len(group),
        **{f"{status.replace(' ', '_')}_{word}": known.get(status, 0) for status in statuses},
        "open_tickets": int(group["is_open"].sum()),
        "completion_rate": rate(known.get("completed", 0), len(group)),
        "sla_met": states.get("met", 0),
        "sla_breached": states.get("breached", 0),
        "sla_compliance_rate": compliance(group["sla_status"]),
    }


def _moves(desk: ImportedDesk, group: pd.DataFrame) -> dict[str, Any]:
    return {
        "escalation_rate": rate(moved(desk, group, "Escalation"), len(group)),
        "transfer_rate": rate(moved(desk, group, "Transferred"), len(group)),
    }


def workflow_metrics(desk: ImportedDesk, filters: Filters) -> dict[Any, Any]:
    return {
        workflow_id: {
            "workflow_name": group["workflow_name"].iloc[0],
            "department": group["workflow_department"].iloc[0],
            **_by_status(group, "tasks"),
            "completion_samples": int(group["resolution_seconds"].notna().sum()),
            **resolutions(group, "completion"),
            **_moves(desk, group),
        }
        for workflow_id, group in tickets_of(desk, filters).groupby("workflow_id")
    }


def department_metrics(desk: ImportedDesk, filters: Filters) -> dict[Any, Any]:
    return {
        department: {
            "total_workflows": group["workflow_id"].nunique(),
            **_by_status(group, "tickets"),
            "resolution_samples": int(group["resolution_seconds"].notna().sum()),
            **resolutions(group),
            **_moves(desk, group),
        }
        for department, group in tickets_of(desk, filters).groupby("workflow_department")
    }


def step_metrics(desk: ImportedDesk, filters: Filters) -> dict[int, Any]:
    visits, items = select(desk.visits, filters), select(desk.items, filters)
    answers = {}
    for step_id in set(visits["step_id"]) | set(items["step_id"]):
        here, given = visits[visits["step_id"] == step_id], items[items["step_id"] == step_id]
        breached, met = (given["sla_status"] == "breached").sum(), (given["sla_status"] == "met").sum()
        completed = int(here["direction"].isin(["forward", "completed"]).sum())
        answers[int(step_id)] = {
            "total_tasks": len(here),
            "completed_tasks": completed,
            "completion_rate": rate(completed, len(here)),
            "visits": len(here),
            "completed_visits": completed,
            "rejections": int((here["direction"] == "backward").sum()),
            "currently_here": int((here["direction"] == "open").sum()),
            "samples": int(here["visit_seconds"].notna().sum()),
            "avg_hours": mean_hours(here["visit_seconds"]),
            "median_hours": median_hours(here["visit_seconds"]),
            "p90_hours": percentile_hours(here["visit_seconds"], 0.9),
            "escalations": int((given["origin"] == "Escalation").sum()),
            "transfers": int((given["origin"] == "Transferred").sum()),
            "task_items": len(given),
            "items_met": int(met),
            "items_breached": int(breached),
            "item_sla_breach_rate": rate(breached, breached + met),
        }
    return answers
