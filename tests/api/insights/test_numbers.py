"""Every number against the tickets themselves, counted one by one."""

import random
from collections import Counter
from datetime import date

import httpx
import pytest

from tests.api.insights.calls import get, read_all
from tests.api.insights.desk import (
    AGE_BUCKETS,
    AS_OF,
    PRIORITIES,
    STATUSES,
    WORKFLOWS,
    Filters,
    Ticket,
    hours,
    percentage,
    pop_percentiles,
    random_filters,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

GENERATOR = random.Random(20)  # noqa: S311 - a reproducible choice of filters
# Ranges whose ends lie on either side of a month's, where the published months change.
EDGES = [
    Filters(start_date=date(2026, first_month, first_day), end_date=date(2026, last_month, last_day))
    for (first_month, first_day), (last_month, last_day) in (
        ((1, 31), (1, 31)),
        ((2, 1), (2, 1)),
        ((2, 2), (2, 2)),
        ((2, 1), (2, 28)),
        ((1, 31), (3, 1)),
    )
]
QUESTIONS = [Filters(), *EDGES, *(random_filters(GENERATOR) for _ in range(40))]


@pytest.mark.parametrize("filters", QUESTIONS, ids=str)
class TestEachFigure:
    async def test_dashboard(self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters) -> None:
        answer = await get(client, "/tickets/dashboard/", **filters.query())
        tickets = filters.select(desk)
        sla = Counter(ticket.sla_status for ticket in tickets)
        statuses = Counter(ticket.status for ticket in tickets)
        resolutions = [t.resolution_seconds for t in tickets if t.resolution_seconds is not None]
        responses = [t.first_response_seconds for t in tickets if t.first_response_seconds is not None]
        pop_percentiles(answer, "resolution", resolutions, 90, 95)
        pop_percentiles(answer, "first_response", responses, 90)
        assert answer | {"generated_at": None, "publication_id": None} == {
            "date_range": {
                "start_date": filters.start_date and str(filters.start_date),
                "end_date": filters.end_date and str(filters.end_date),
            },
            "generated_at": None,
            "data_as_of": "2026-03-10T14:30:00Z",
            "publication_id": None,
            "as_of": None,
            "total_tickets": len(tickets),
            "completed_tickets": statuses["completed"],
            "pending_tickets": statuses["pending"],
            "in_progress_tickets": statuses["in progress"],
            "on_hold_tickets": statuses["on_hold"],
            "cancelled_tickets": statuses["cancelled"],
            "open_tickets": sum(ticket.is_open for ticket in tickets),
            "unassigned_tickets": sum(ticket.is_assignment_needed for ticket in tickets),
            "sla_compliance_rate": percentage(sla["met"], sla["met"] + sla["breached"]),
            "sla_breached": sla["breached"],
            "sla_at_risk": sla["at_risk"],
            "total_users": len(set().union(*(ticket.assignees for ticket in tickets))),
            "total_workflows": len({ticket.workflow_id for ticket in tickets}),
            "escalation_rate": percentage(sum(t.is_escalated for t in tickets), len(tickets)),
            "transfer_rate": percentage(sum(t.is_transferred for t in tickets), len(tickets)),
            "avg_resolution_hours": hours(resolutions),
            "resolutions": len(resolutions),
            "avg_first_response_hours": hours(responses),
            "first_responses": len(responses),
            "previous": None,
            "change": None,
        }

    async def test_status(self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters) -> None:
        answer = await get(client, "/tickets/status/", **filters.query())
        tickets = filters.select(desk)
        counts = Counter(dict.fromkeys(STATUSES, 0) | Counter(t.status for t in tickets))
        assert answer["total_tickets"] == len(tickets)
        assert [part["count"] for part in answer["status_summary"]] == sorted(counts.values(), reverse=True)
        assert {part["status"]: (part["count"], part["percentage"]) for part in answer["status_summary"]} == {
            status: (count, percentage(count, len(tickets))) for status, count in counts.items()
        }

    async def test_priority(self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters) -> None:
        answer = await get(client, "/tickets/priority/", **filters.query())
        tickets = filters.select(desk)
        assert answer["total_tickets"] == len(tickets)
        for part, priority in zip(answer["priority_distribution"], PRIORITIES, strict=True):
            own = [t for t in tickets if t.priority == priority]
            resolutions = [t.resolution_seconds for t in own if t.resolution_seconds is not None]
            pop_percentiles(part, "resolution", resolutions, 90)
            assert part == {
                "priority": priority,
                "count": len(own),
                "percentage": percentage(len(own), len(tickets)),
                "avg_resolution_hours": hours(resolutions),
                "resolutions": len(resolutions),
            }

    @pytest.mark.parametrize("scope", ["open", "all"])
    async def test_age(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters, scope: str
    ) -> None:
        answer = await get(client, "/tickets/age/", scope=scope, **filters.query())
        tickets = [ticket for ticket in filters.select(desk) if ticket.is_open or scope == "all"]
        assert (answer["scope"], answer["total_tickets"]) == (scope, len(tickets))
        assert answer["ticket_age"] == [
            {
                "age_bucket": bucket,
                "count": (count := sum(ticket.age_bucket == bucket for ticket in tickets)),
                "percentage": percentage(count, len(tickets)),
            }
            for bucket in AGE_BUCKETS
        ]

    async def test_sla_by_priority(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        answer = await get(client, "/tickets/sla/", **filters.query())
        tickets = filters.select(desk)
        overall = Counter(ticket.sla_status for ticket in tickets)
        assert answer["total_with_sla"] == len(tickets) - overall["no_sla"]
        assert answer["overall_compliance_rate"] == percentage(
            overall["met"], overall["met"] + overall["breached"]
        )
        for group, priority in zip(answer["sla_compliance"], PRIORITIES, strict=True):
            own = [t for t in tickets if t.priority == priority]
            states = Counter(t.sla_status for t in own)
            resolutions = [t.resolution_seconds for t in own if t.resolution_seconds is not None]
            pop_percentiles(group, "resolution", resolutions, 90)
            assert group == {
                "priority": priority,
                "total_tasks": states.total(),
                "sla_met": states["met"],
                "sla_breached": states["breached"],
                "on_track": states["on_track"],
                "at_risk": states["at_risk"],
                "no_sla": states["no_sla"],
                "compliance_rate": percentage(states["met"], states["met"] + states["breached"]),
                "avg_resolution_hours": hours(resolutions),
                "resolutions": len(resolutions),
            }

    @pytest.mark.parametrize("group_by", ["workflow", "department", "category"])
    async def test_sla_by_other_groups(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters, group_by: str
    ) -> None:
        answer = await get(client, "/tickets/sla/", group_by=group_by, **filters.query())
        tickets = filters.select(desk)
        field = {"workflow": "workflow_id"}.get(group_by, group_by)
        groups = {group[field]: group for group in answer["sla_compliance"] if group["total_tasks"]}
        assert {name: group["total_tasks"] for name, group in groups.items()} == Counter(
            getattr(ticket, field) for ticket in tickets
        )
        assert sum(group["sla_met"] for group in groups.values()) == sum(
            ticket.sla_status == "met" for ticket in tickets
        )
        for name, group in groups.items():
            own = [t for t in tickets if getattr(t, field) == name]
            resolutions = [t.resolution_seconds for t in own if t.resolution_seconds is not None]
            assert group["resolutions"] == len(resolutions)
            pop_percentiles(group, "resolution", resolutions, 90)
        if group_by == "workflow":
            assert {name: group["workflow_name"] for name, group in groups.items()} == {
                ticket.workflow_id: WORKFLOWS[ticket.workflow_id] for ticket in tickets
            }


class TestOpening:
    """A number opens to its rows: the list has its count, and the rows re-add to it."""

    @pytest.mark.parametrize("filters", QUESTIONS[:25], ids=str)
    async def test_each_status_opens_to_its_tickets(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        for kind in ("status", "priority"):
            for status in STATUSES:
                rows = await read_all(client, f"/drilldown/tickets/{kind}/", status=status, **filters.query())
                expected = [t for t in filters.select(desk) if t.status == status]
                expected.sort(key=lambda t: (t.created_at, t.task_id), reverse=True)
                assert rows == [t.task_id for t in expected]

    @pytest.mark.parametrize("filters", QUESTIONS[:25], ids=str)
    async def test_each_age_opens_to_its_tickets(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        for scope in ("open", "all"):
            tickets = [t for t in filters.select(desk) if t.is_open or scope == "all"]
            tickets.sort(key=lambda t: (t.created_at, t.task_id))
            for bucket in AGE_BUCKETS:
                query = {"scope": scope, "age_bucket": bucket, **filters.query()}
                rows = await read_all(client, "/drilldown/tickets/age/", **query)
                assert rows == [t.task_id for t in tickets if t.age_bucket == bucket]
            query = {"scope": scope, "status": "on_hold", "age_bucket": "7-30 days", **filters.query()}
            rows = await read_all(client, "/drilldown/tickets/age/", **query)
            assert rows == [
                t.task_id for t in tickets if (t.status, t.age_bucket) == ("on_hold", "7-30 days")
            ]

    @pytest.mark.parametrize("filters", QUESTIONS[:25], ids=str)
    async def test_each_sla_state_opens_to_its_tickets(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        for state in ("met", "breached", "on_track", "at_risk", "no_sla", None):
            query = filters.query() | ({"sla_status": state} if state else {})
            rows = await read_all(client, "/drilldown/tickets/sla/", **query)
            expected = [
                t
                for t in filters.select(desk)
                if (t.sla_status == state if state else t.sla_status != "no_sla")
            ]
            expected.sort(key=lambda t: (t.target is None, t.target or AS_OF, t.task_id))
            assert rows == [t.task_id for t in expected]

    @pytest.mark.parametrize("filters", QUESTIONS[:25], ids=str)
    async def test_unassigned_opens_to_its_tickets(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        rows = await read_all(client, "/drilldown/tickets/unassigned/", **filters.query())
        expected = [t for t in filters.select(desk) if t.is_assignment_needed]
        expected.sort(key=lambda t: (t.created_at, t.task_id), reverse=True)
        assert rows == [t.task_id for t in expected]

    @pytest.mark.parametrize("filters", QUESTIONS[:25], ids=str)
    async def test_compliance_opens_to_what_it_is_counted_of(
        self, client: httpx.AsyncClient, desk: list[Ticket], filters: Filters
    ) -> None:
        for told, states in (("true", {"met", "breached"}), ("false", {"on_track", "at_risk"})):
            query = filters.query() | {"is_decided": told}
            rows = await read_all(client, "/drilldown/tickets/sla/", **query)
            assert sorted(rows) == sorted(t.task_id for t in filters.select(desk) if t.sla_status in states)
