"""What operational insights must tell, under the thresholds that a desk begins with."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import counts, rate, rounded, select

Filters = Mapping[str, Any]
# Open items that somebody can carry who has no capacity of their own.
CAPACITY = 15
SHOWN = 100


def sla_risk(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Open tickets with a target; of those late and those at risk the ones with the least time left first."""
    tickets = select(desk.tickets, filters)
    tickets = tickets[tickets["is_open"] & (tickets["sla_status"] != "no_sla")]
    left = tickets["target_resolution"] - tickets["judged_at"]
    tickets = tickets.assign(left=left).sort_values(["left", "task_id"])
    late = tickets[tickets["sla_status"] == "breached"]
    near = tickets[tickets["sla_status"] == "at_risk"]
    healthy = len(tickets) - len(late) - len(near)
    return {
        "summary": {
            "total_with_sla": len(tickets),
            "breached_count": len(late),
            "at_risk_count": len(near),
            "critical_count": int((near["judged_at"] >= near["critical_at"]).sum()),
            "healthy_count": healthy,
        },
        "healthy_count": healthy,
        "breached": late["task_id"].tolist()[:SHOWN],
        "at_risk": near["task_id"].tolist()[:SHOWN],
    }


def workload(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    """Everybody who holds a role now, or an item still."""
    items, members = select(desk.items, filters), select(desk.members, filters)
    people = set(members["user_id"]) | set(items.loc[items["is_open"], "user_id"])
    held = dict(iter(items.groupby("user_id")))
    members = members.assign(capacity=members["capacity"].astype(float).fillna(CAPACITY))
    most = dict(members.groupby("user_id")["capacity"].max())
    loads = {
        int(user_id): _load(held.get(user_id, items[:0]), user_id in most, most.get(user_id, CAPACITY))
        for user_id in people
    }
    active = sum(load["active_tasks"] for load in loads.values())
    return {
        "summary": {
            "total_agents": len(loads),
            "total_active_tasks": active,
            "total_assigned_tasks": sum(load["total_assigned"] for load in loads.values()),
            "avg_tasks_per_agent": rounded(Decimal(active) / len(loads)) if loads else None,
            "overloaded_agents": sum(load["is_overloaded"] for load in loads.values()),
            "overdue_items": sum(load["overdue_items"] for load in loads.values()),
        },
        "workloads": loads,
    }


def _load(items: pd.DataFrame, is_active: bool, capacity: float) -> dict[str, Any]:  # noqa: FBT001
    origins, active = counts(items["origin"]), int(items["is_open"].sum())
    return {
        "is_active": is_active,
        "total_assigned": len(items),
        "active_tasks": active,
        "overdue_items": int((items["is_open"] & (items["sla_status"] == "breached")).sum()),
        "completed_tasks": int((items["status"] == "resolved").sum()),
        "system_assigned": origins.get("System", 0),
        "transferred": origins.get("Transferred", 0),
        "escalated": origins.get("Escalation", 0),
        "capacity": int(capacity),
        "utilization": rate(active, capacity),
        "is_overloaded": active >= capacity,
    }
