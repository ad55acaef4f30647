"""Alerts, held to the operational tables under random thresholds and filters; each opens to its rows."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get
from tests.api.insights.operational.facts import Desk, Ticket
from tests.api.insights.operational.test_open_tickets import random_filters

pytestmark = pytest.mark.asyncio(loop_scope="module")

Limits = dict[str, float]
# Alerts whose value is a number of rows.
COUNTED = {
    "agent_overload",
    "workload_imbalance",
    "sla_breach",
    "sla_critical",
    "sla_warning",
    "stale_tickets",
    "aging_tickets",
    "volume_spike",
    "queue_backlog",
    "workflow_backlog",
}


def rounded(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def percentage(part: int, whole: int) -> float | None:
    return rounded(100 * Decimal(part) / whole) if whole else None


def random_limits(seed: int) -> Limits:
    rng = random.Random(seed)  # noqa: S311 - the same at every run

    def pair(low: int, high: int) -> list[int]:
        return sorted(rng.sample(range(low, high), 2))

    workload, hours, compliance, backlog = pair(1, 6), pair(1, 60), pair(40, 100), pair(1, 6)
    return {
        "high_workload_per_user": workload[0],
        "critical_workload_per_user": workload[1],
        "workload_imbalance_ratio": rng.choice([1, 1.5, 2, 3]),
        "sla_critical_hours": hours[0],
        "sla_warning_hours": hours[1],
        "sla_compliance_critical": compliance[0],
        "sla_compliance_warning": compliance[1],
        "slow_avg_resolution_hours": rng.randint(10, 80),
        "high_escalation_rate": rng.randint(0, 15),
        "high_transfer_rate": rng.randint(0, 15),
        "queue_backlog_warning": backlog[0],
        "queue_backlog_critical": backlog[1],
        "workflow_backlog": rng.randint(1, 2),
        "stale_ticket_days": rng.randint(1, 20),
        "aging_ticket_days": rng.randint(1, 60),
        "aging_tickets_critical": rng.randint(1, 12),
    }


def level(is_critical: bool) -> str:  # noqa: FBT001 - the one thing it is told
    return "critical" if is_critical else "warning"


Due = Iterator[tuple[str, str, float]]


def about_targets(still: list[Ticket], limits: Limits) -> Due:
    """Code, severity and value of each alert that is due."""
    in_time = [each.hours_left for each in still if each.is_in_time]
    soonest, soon = limits["sla_critical_hours"], limits["sla_warning_hours"]
    if late := sum(each.state == "breached" for each in still):
        yield "sla_breach", "critical", late
    if near := sum(hours <= soonest for hours in in_time):
        yield "sla_critical", "critical", near
    if next_up := sum(soonest < hours <= soon for hours in in_time):
        yield "sla_warning", "warning", next_up


def about_pace(narrowed: list[Ticket], limits: Limits) -> Due:
    states = Counter(each.state for each in narrowed)
    compliance = percentage(states["met"], states["met"] + states["breached"])
    if compliance is not None and compliance < limits["sla_compliance_warning"]:
        yield "sla_compliance", level(compliance < limits["sla_compliance_critical"]), compliance
    took = [
        int((each.resolution_time - each.created_at).total_seconds())
        for each in narrowed
        if each.status == "completed" and each.is_resolution_recorded
    ]
    mean = rounded(Decimal(sum(took)) / 3600 / len(took)) if took else 0
    if mean > limits["slow_avg_resolution_hours"]:
        yield "resolution_time", "warning", mean
    for code, escaped in (("escalation_rate", "is_escalated"), ("transfer_rate", "is_transferred")):
        share = percentage(sum(getattr(each, escaped) for each in narrowed), len(narrowed))
        if share is not None and share > limits[f"high_{code}"]:
            yield code, "warning", share


def about_ages(still: list[Ticket], desk: Desk, limits: Limits) -> Due:
    day = timedelta(days=1)
    quiet = [(desk.as_of - each.last_activity_at) / day for each in still]
    if stale := sum(days > limits["stale_ticket_days"] for days in quiet):
        yield "stale_tickets", "warning", stale
    if aging := sum((desk.as_of - each.created_at) / day > limits["aging_ticket_days"] for each in still):
        yield "aging_tickets", level(aging >= limits["aging_tickets_critical"]), aging


def about_queues(still: list[Ticket], limits: Limits) -> Due:
    waiting = Counter(each.workflow_id for each in still if each.status == "pending")
    if waiting.total() >= limits["queue_backlog_warning"]:
        yield "queue_backlog", level(waiting.total() >= limits["queue_backlog_critical"]), waiting.total()
    for count in sorted(waiting.values(), reverse=True)[:5]:
        if count >= limits["workflow_backlog"]:
            yield "workflow_backlog", "info", count


def about_people(desk: Desk, limits: Limits) -> Due:
    """The simulated desk tells nobody's own capacity."""
    loads = Counter(item["user_id"] for item in desk.items if item["closed_at"] is None)
    for count in loads.values():
        if count >= limits["high_workload_per_user"]:
            yield "agent_overload", level(count >= limits["critical_workload_per_user"]), count
    most = max(loads.values(), default=0)
    if len(loads) > 1 and most > limits["workload_imbalance_ratio"] * loads.total() / len(loads):
        yield "workload_imbalance", "warning", most


@pytest.mark.parametrize("seed", range(30))
async def test_alerts_are_those_that_are_due(
    seed: int, reader: httpx.AsyncClient, desk: Desk, own_url: str
) -> None:
    limits = random_limits(seed)
    with psycopg.connect(own_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "update ops.insight_threshold set value = %s where name = %s",
            [(value, name) for name, value in limits.items()],
        )
    query = random_filters(desk, seed) if seed % 3 else {}
    query.pop("source", None)
    narrowed = desk.those(query)
    still = [each for each in narrowed if each.is_open]
    due = [
        *about_targets(still, limits),
        *about_pace(narrowed, limits),
        *about_ages(still, desk, limits),
        *about_queues(still, limits),
        *(() if query else about_people(desk, limits)),
    ]

    answer = await get(reader, "/operational/", **query)

    alerts = [alert for alert in answer["alerts"] if alert["code"] != "volume_spike"]
    told = Counter((alert["code"], alert["severity"], alert["value"]) for alert in alerts)
    assert told == Counter(due)
    assert limits.items() <= answer["thresholds"].items()
    order = ["critical", "warning", "info"]
    ranks = [(order.index(alert["severity"]), -alert["value"]) for alert in answer["alerts"]]
    assert ranks == sorted(ranks)
    lost = sum(part["points"] for part in answer["components"])
    assert answer["health_score"] == max(0, 100 - lost)
    assert answer["summary"]["total_alerts"] == len(answer["alerts"])
    for alert in answer["alerts"]:
        if alert["code"] in COUNTED:
            opened = (await reader.get(f"http://desk.test{alert['drilldown']}")).json()
            assert opened["count"] == alert["value"], alert


async def test_a_change_counts_from_the_next_answer_on(reader: httpx.AsyncClient) -> None:
    for name in ("sla_compliance_warning", "sla_compliance_critical"):
        await reader.delete(f"/thresholds/{name}/")
    first = await reader.get("/operational/")
    held = {"If-None-Match": first.headers["etag"]}
    assert (await reader.get("/operational/", headers=held)).status_code == 304

    await reader.put("/thresholds/sla_compliance_warning/", json={"value": 100})

    changed = await reader.get("/operational/", headers=held)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    assert changed.json()["thresholds"]["sla_compliance_warning"] == 100
    assert "sla_compliance" in {alert["code"] for alert in changed.json()["alerts"]}
    assert (await reader.get("/tickets/dashboard/")).status_code == 200


async def test_only_admins_are_told(own_service: FastAPI) -> None:
    async with calling(own_service, "Agent") as agent:
        for path in ("operational", "workload", "sla-risk", "anomalies", "service-health"):
            assert (await agent.get(f"/{path}/")).status_code == 403
