"""Thresholds: changed by admins alone, within reason, and remembered by the trail."""

from typing import Any

import httpx
import pytest

THRESHOLDS = "/analytics/thresholds/"


async def changes_told(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> list[dict[str, Any]]:
    query = {"action": "update_threshold", "ordering": "timestamp"}
    answer = await api.get("/audit/events/", params=query, headers=as_admin)
    return [event["changes"] for event in answer.json()["results"]]


async def put(api: httpx.AsyncClient, who: dict[str, Any], name: str, value: object) -> httpx.Response:
    return await api.put(f"{THRESHOLDS}{name}/", json={"value": value}, headers=who)


async def test_they_begin_as_the_contract_says(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    listed = (await api.get(THRESHOLDS, headers=as_admin)).json()["thresholds"]
    values = {row["name"]: row["value"] for row in listed}
    assert all(row["value"] == row["default"] and row["updated_at"] is None for row in listed)
    contract = {
        "high_workload_per_user": 10,
        "critical_workload_per_user": 15,
        "sla_warning_hours": 4,
        "sla_critical_hours": 2,
        "sla_compliance_warning": 80,
        "sla_compliance_critical": 60,
        "slow_avg_resolution_hours": 48,
        "high_escalation_rate": 15,
        "high_transfer_rate": 20,
        "queue_backlog_warning": 20,
        "queue_backlog_critical": 50,
        "stale_ticket_days": 7,
        "aging_ticket_days": 30,
        "sla_healthy": 90,
        "sla_warning": 70,
        "pending_healthy": 20,
        "pending_warning": 50,
        "at_risk_ratio": 0.8,
        "anomaly_z": 3.5,
    }
    assert contract.items() <= values.items()


async def test_a_change_is_kept_and_audited_once(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    for _ in range(2):
        changed = await put(api, as_admin, "sla_compliance_warning", 85.5)
        assert (changed.status_code, changed.json()["value"]) == (200, 85.5)
    assert changed.json()["updated_by"] == 1
    assert await changes_told(api, as_admin) == [{"sla_compliance_warning": {"old": 80.0, "new": 85.5}}]

    reset = await api.delete(f"{THRESHOLDS}sla_compliance_warning/", headers=as_admin)
    again = await api.delete(f"{THRESHOLDS}sla_compliance_warning/", headers=as_admin)

    assert reset.json()["value"] == again.json()["value"] == 80
    assert (await changes_told(api, as_admin))[1:] == [{"sla_compliance_warning": {"old": 85.5, "new": 80.0}}]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("sla_compliance_warning", 101, "out of bounds: give percent from 0 to 100"),
        ("high_workload_per_user", 16, "above critical_workload_per_user, which is 15"),
        ("critical_workload_per_user", 9, "below high_workload_per_user, which is 10"),
        ("sla_critical_hours", 4.5, "above sla_warning_hours, which is 4"),
        ("sla_healthy", 69, "below sla_warning, which is 70"),
        ("queue_backlog_warning", 20.5, "is not whole"),
        ("anomaly_z", "many", "value"),
        ("anomaly_z", None, "value"),
    ],
)
async def test_a_value_without_sense_is_refused(
    api: httpx.AsyncClient, as_admin: dict[str, Any], name: str, value: object, sentence: str
) -> None:
    refused = await put(api, as_admin, name, value)
    assert refused.status_code == 400
    assert sentence in str(refused.json()["details"])
    assert await changes_told(api, as_admin) == []


async def test_equal_pairs_are_allowed(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    assert (await put(api, as_admin, "high_workload_per_user", 15)).status_code == 200


async def test_only_those_there_are_can_be_changed(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    assert (await put(api, as_admin, "patience", 1)).status_code == 404
    assert (await api.delete(f"{THRESHOLDS}patience/", headers=as_admin)).status_code == 404


async def test_an_agent_neither_reads_nor_changes_them(
    api: httpx.AsyncClient, as_agent: dict[str, Any]
) -> None:
    assert (await api.get(THRESHOLDS, headers=as_agent)).status_code == 403
    assert (await put(api, as_agent, "anomaly_z", 4)).status_code == 403
