"""The load of people, held to the operational tables."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.operational.facts import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


def expected_loads(desk: Desk, role: str | None) -> dict[int, dict[str, Any]]:
    """Per person who holds a role now or an item still."""
    items = [item for item in desk.items if role in {None, item["role"]}]
    members = [member for member in desk.members if role in {None, member["role"]}]
    present = {member["user_id"] for member in members}
    people = present | {item["user_id"] for item in items if item["closed_at"] is None}
    loads = {}
    for user in people:
        own = [item for item in items if item["user_id"] == user]
        origins = Counter(item["origin"] for item in own)
        capacities = [member["capacity"] or 15 for member in members if member["user_id"] == user]
        active = sum(item["closed_at"] is None for item in own)
        loads[user] = {
            "is_active": user in present,
            "total_assigned": len(own),
            "active_tasks": active,
            "completed_tasks": sum(item["status"] == "resolved" for item in own),
            "system_assigned": origins["System"],
            "transferred": origins["Transferred"],
            "escalated": origins["Escalation"],
            "capacity": max(capacities, default=15),
            "utilization": round(100 * active / max(capacities, default=15) + 1e-9, 2),
        }
    return loads


async def check_workload(reader: httpx.AsyncClient, desk: Desk, role: str | None) -> Any:
    wanted = expected_loads(desk, role)
    answer = await get(reader, "/workload/", **({"role": role} if role else {}))
    told = {row["user_id"]: row for row in answer["workloads"]}
    assert {user: {name: row[name] for name in wanted[user]} for user, row in told.items()} == wanted
    summary = answer["summary"]
    assert summary["total_agents"] == len(wanted)
    assert summary["total_active_tasks"] == sum(load["active_tasks"] for load in wanted.values())
    assert summary["total_assigned_tasks"] == sum(load["total_assigned"] for load in wanted.values())
    assert summary["overloaded_agents"] == sum(
        load["active_tasks"] >= load["capacity"] for load in wanted.values()
    )
    assert summary["overdue_items"] == sum(row["overdue_items"] for row in told.values())
    loads = [row["active_tasks"] for row in answer["workloads"]]
    assert loads == sorted(loads, reverse=True)
    return answer


async def test_everybody_is_listed_with_their_items(reader: httpx.AsyncClient, desk: Desk) -> None:
    answer = await check_workload(reader, desk, None)
    assert any(row["active_tasks"] == 0 for row in answer["workloads"])
    assert answer["summary"]["total_active_tasks"] > 0
    # Each number opens to its rows.
    for row in answer["workloads"][:5]:
        path = f"/drilldown/user/{row['user_id']}/"
        assert (await get(reader, path))["count"] == row["total_assigned"]
        assert (await get(reader, path, is_open="true"))["count"] == row["active_tasks"]


async def test_roles_add_up(reader: httpx.AsyncClient, desk: Desk) -> None:
    answer = await get(reader, "/workload/")
    told = {row["role"]: row for row in answer["by_role"]}
    assert sum(row["active_tasks"] for row in told.values()) == answer["summary"]["total_active_tasks"]
    for role in sorted({member["role"] for member in desk.members}):
        narrowed = await check_workload(reader, desk, role)
        assert told[role]["agents"] == sum(row["is_active"] for row in narrowed["workloads"])
        assert told[role]["active_tasks"] == narrowed["summary"]["total_active_tasks"]
        assert told[role]["overdue_items"] == narrowed["summary"]["overdue_items"]


async def test_capacity_follows_the_threshold(reader: httpx.AsyncClient) -> None:
    most = (await get(reader, "/workload/"))["workloads"][0]["active_tasks"]
    for value in (1, most):
        await reader.put("/thresholds/high_workload_per_user/", json={"value": 1})
        changed = await reader.put("/thresholds/critical_workload_per_user/", json={"value": value})
        assert changed.status_code == 200, changed.text
        answer = await get(reader, "/workload/")
        loads = [row["active_tasks"] for row in answer["workloads"]]
        assert {row["capacity"] for row in answer["workloads"]} == {value}
        assert answer["summary"]["overloaded_agents"] == sum(load >= value for load in loads)
        assert [row["is_overloaded"] for row in answer["workloads"]] == [load >= value for load in loads]
    await reader.delete("/thresholds/critical_workload_per_user/")
    await reader.delete("/thresholds/high_workload_per_user/")
