"""Answers of an instant in the past against each ticket's own events up to it."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get, read_all
from tests.api.insights.desk import AGE_BUCKETS, PRIORITIES, STATUSES, hours, percentage, pop_percentiles
from tests.api.insights.past.oracle import Past, Records
from tests.api.insights.past.questions import EVENTS, RANDOM_INSTANTS, Question, ask
from tests.api.insights.proof.calls import prove

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUPS = {
    "priority": "priority", "workflow": "workflow_id", "department": "department", "category": "category",
}  # fmt: skip
# Each question opens every third of them.
LISTS: list[tuple[str, dict[str, str]]] = [
    ("status", {}),
    ("status", {"status": "in progress"}),
    ("status", {"status": "completed"}),
    ("priority", {"status": "on_hold"}),
    ("age", {}),
    ("age", {"scope": "all"}),
    ("age", {"scope": "all", "age_bucket": "1-7 days"}),
    ("age", {"age_bucket": "7-30 days"}),
    ("age", {"scope": "all", "age_bucket": "0-1 days", "status": "completed"}),
    ("sla", {}),
    ("sla", {"sla_status": "breached"}),
    ("sla", {"sla_status": "on_track"}),
    ("sla", {"sla_status": "no_sla"}),
]


@pytest.fixture(scope="module", params=range(EVENTS + RANDOM_INSTANTS))
def question(request: pytest.FixtureRequest, records: Records) -> Question:
    return ask(records, request.param)


def seconds_of(tickets: list[Past], kind: str) -> list[int]:
    return [took for ticket in tickets if (took := getattr(ticket, f"{kind}_seconds")) is not None]


def pop_durations(told: dict[str, Any], kind: str, counted: str, tickets: list[Past], *percents: int) -> None:
    seconds = seconds_of(tickets, kind)
    assert told.pop(counted) == len(seconds)
    assert told.pop(f"avg_{kind}_hours") == hours(seconds)
    pop_percentiles(told, kind, seconds, *percents)


async def test_dashboard(reader: httpx.AsyncClient, records: Records, question: Question) -> None:
    answer = await get(reader, "/tickets/dashboard/", **question.query())
    tickets = question.tickets
    statuses, sla = Counter(t.status for t in tickets), Counter(t.sla_status for t in tickets)
    pop_durations(answer, "resolution", "resolutions", tickets, 90, 95)
    pop_durations(answer, "first_response", "first_responses", tickets, 90)
    provenance = {"date_range", "generated_at", "data_as_of", "publication_id", "as_of", "previous", "change"}
    assert {name: value for name, value in answer.items() if name not in provenance} == {
        "total_tickets": len(tickets),
        "completed_tickets": statuses["completed"],
        "pending_tickets": statuses["pending"],
        "in_progress_tickets": statuses["in progress"],
        "on_hold_tickets": statuses["on_hold"],
        "cancelled_tickets": statuses["cancelled"],
        "open_tickets": sum(t.is_open for t in tickets),
        "unassigned_tickets": sum(t.is_unassigned for t in tickets),
        "sla_compliance_rate": percentage(sla["met"], sla["met"] + sla["breached"]),
        "sla_breached": sla["breached"],
        "sla_at_risk": sla["at_risk"],
        "total_users": len(set().union(*(t.people for t in tickets))),
        "total_workflows": len({t.dimensions["workflow_id"] for t in tickets}),
        "escalation_rate": percentage(sum(t.is_escalated for t in tickets), len(tickets)),
        "transfer_rate": percentage(sum(t.is_transferred for t in tickets), len(tickets)),
    }
    assert records.unrouted == []


async def test_status(reader: httpx.AsyncClient, question: Question) -> None:
    answer = await get(reader, "/tickets/status/", **question.query())
    counts = Counter(ticket.status for ticket in question.tickets)
    assert answer["total_tickets"] == len(question.tickets)
    assert {part["status"]: part["count"] for part in answer["status_summary"]} == {
        status: counts[status] for status in STATUSES
    }


async def test_priority(reader: httpx.AsyncClient, question: Question) -> None:
    answer = await get(reader, "/tickets/priority/", **question.query())
    assert answer["total_tickets"] == len(question.tickets)
    for part, priority in zip(answer["priority_distribution"], PRIORITIES, strict=True):
        own = [ticket for ticket in question.tickets if ticket.dimensions["priority"] == priority]
        pop_durations(part, "resolution", "resolutions", own, 90)
        assert (part["priority"], part["count"]) == (priority, len(own))
        assert part["percentage"] == percentage(len(own), len(question.tickets))


@pytest.mark.parametrize("scope", ["open", "all"])
async def test_age(reader: httpx.AsyncClient, question: Question, scope: str) -> None:
    answer = await get(reader, "/tickets/age/", **question.query(scope=scope))
    tickets = [ticket for ticket in question.tickets if ticket.is_open or scope == "all"]
    counts = Counter(ticket.age_bucket for ticket in tickets)
    assert answer["total_tickets"] == len(tickets)
    assert [part["count"] for part in answer["ticket_age"]] == [counts[bucket] for bucket in AGE_BUCKETS]


@pytest.mark.parametrize("group_by", GROUPS)
async def test_sla(reader: httpx.AsyncClient, question: Question, group_by: str) -> None:
    answer = await get(reader, "/tickets/sla/", **question.query(group_by=group_by))
    states = Counter(ticket.sla_status for ticket in question.tickets)
    assert answer["total_with_sla"] == len(question.tickets) - states["no_sla"]
    assert answer["overall_compliance_rate"] == percentage(states["met"], states["met"] + states["breached"])
    groups = {part[GROUPS[group_by]]: part for part in answer["sla_compliance"]}
    assert {ticket.dimensions[GROUPS[group_by]] for ticket in question.tickets} <= groups.keys()
    for name, part in groups.items():
        own = [ticket for ticket in question.tickets if ticket.dimensions[GROUPS[group_by]] == name]
        counts = Counter(ticket.sla_status for ticket in own)
        pop_durations(part, "resolution", "resolutions", own, 90)
        told = ("total_tasks", "sla_met", "sla_breached", "on_track", "at_risk", "no_sla")
        expected = [len(own), *(counts[s] for s in ("met", "breached", "on_track", "at_risk", "no_sla"))]
        assert [part[field] for field in told] == expected, name


async def test_rows(reader: httpx.AsyncClient, question: Question) -> None:
    for path, options in LISTS[question.seed % 3 :: 3]:
        asked = question.query(**options)
        found = await read_all(reader, f"/drilldown/tickets/{path}/", page_size=50, **asked)
        wanted = [
            ticket.task_id
            for ticket in question.tickets
            if all(getattr(ticket, name) == value for name, value in options.items() if name != "scope")
            and (path != "age" or options.get("scope") == "all" or ticket.is_open)
            and (path != "sla" or "sla_status" in options or ticket.sla_status != "no_sla")
        ]
        assert sorted(found) == sorted(wanted), (path, options)


async def test_what_a_row_tells(reader: httpx.AsyncClient, records: Records, question: Question) -> None:
    tickets = {ticket.task_id: ticket for ticket in question.tickets}
    answer = await get(reader, "/drilldown/tickets/status/", **question.query(page_size=100))
    late = await get(reader, "/drilldown/tickets/sla/", **question.query(page_size=100))
    for row in answer["results"]:
        ticket = tickets[row["task_id"]]
        assert row["status"] == ticket.status
        assert row["sla_status"] == ticket.sla_status
        assert row["current_step"] == records.steps[ticket.step_id]
        assert len(row["assigned_users"]) == len(ticket.people)
        assert (row["resolution_time"] is None) == (ticket.resolution_time is None)
    for row in late["results"]:
        ticket = tickets[row["task_id"]]
        assert row["is_critical"] == ticket.is_critical
        assert ticket.target is not None
        assert row["target_resolution"][:19] == ticket.target.isoformat()[:19]
    in_order = [tickets[row["task_id"]].target for row in late["results"]]
    assert in_order == sorted(in_order)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("dashboard", [None]),
        ("status", [None, "status_summary[].count"]),
        ("priority", [None, "priority_distribution[].count"]),
        ("age", [None, "ticket_age[].count"]),
        ("sla", [None, "sla_compliance[].sla_breached", "sla_compliance[].on_track"]),
    ],
)
async def test_proof(
    reader: httpx.AsyncClient, question: Question, path: str, fields: list[str | None]
) -> None:
    address = str(httpx.URL(f"/analytics/tickets/{path}/", params=question.query()))
    for told in fields:
        proof = await prove(reader, address, told)
        assert proof["proofs"]
        assert [each for each in proof["proofs"] if not each["agrees"]] == []


async def test_a_table_holds_the_rows_of_the_instant(reader: httpx.AsyncClient, records: Records) -> None:
    instant = records.data_as_of.replace(microsecond=0) - (records.data_as_of - records.instants()[0]) / 3
    tickets = list(records.at(instant))
    response = await reader.get(
        "/drilldown/tickets/status/", params={"as_of": instant.isoformat(), "format": "csv"}
    )
    assert response.status_code == 200
    assert len(response.text.strip().splitlines()) == len(tickets) + 1
