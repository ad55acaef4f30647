"""Every number that can be proven agrees with its list and its rows; one that was tampered with does not."""

import random
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.insights.catalogue.registry import load_metrics
from tests.api.insights.desk import AS_OF, Filters, Ticket, random_filters
from tests.api.insights.proof.calls import prove
from tests.api.insights.publishing import Publication

GENERATOR = random.Random(31)  # noqa: S311 - a reproducible choice of filters
QUESTIONS = [Filters(), *(random_filters(GENERATOR) for _ in range(8))]
PROVABLE = sorted(
    {
        (carrier.answer, carrier.field)
        for metric in load_metrics().values()
        if metric.is_provable and metric.topic == "tickets"
        for carrier in metric.carried
    }
)
OPTIONS = {
    "/analytics/tickets/age/": ["scope=all", "scope=open"],
    "/analytics/tickets/sla/": [f"group_by={name}" for name in ("priority", "workflow", "department")],
    "/analytics/ticket-trends/": ["granularity=day", "granularity=week", "granularity=month"],
}


# Of the whole desk, now: there is nothing to choose.
UNFILTERED = {"/analytics/service-health/"}


def address(answer: str, filters: Filters) -> str:
    if answer in UNFILTERED:
        return answer
    query = [f"{name}={value}" for name, value in filters.query().items()]
    query += [GENERATOR.choice(OPTIONS[answer])] if answer in OPTIONS else []
    return f"{answer}?{'&'.join(query)}" if query else answer


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("answer", "field"), PROVABLE, ids=str)
async def test_every_provable_number_agrees(client: httpx.AsyncClient, answer: str, field: str) -> None:
    compared = 0
    for filters in QUESTIONS:
        proof = await prove(client, address(answer, filters), field)
        assert [each for each in proof["proofs"] if not each["agrees"]] == []
        assert proof["agrees"]
        compared += len(proof["proofs"])
    assert compared


@pytest.mark.asyncio(loop_scope="module")
class TestAProof:
    async def test_is_of_the_number_that_the_answer_tells(self, client: httpx.AsyncClient) -> None:
        answer = (await client.get("/tickets/status/?priority=High")).json()
        told = {each["status"]: each["count"] for each in answer["status_summary"]}
        proof = await prove(client, "/analytics/tickets/status/?priority=High", "status_summary[].count")
        assert {each["field"]: each["value"] for each in proof["proofs"]} == {
            f"status_summary[status={status}].count": count for status, count in told.items()
        }
        for each in proof["proofs"]:
            listed = await client.get(f"http://desk.test{each['drilldown']}")
            assert listed.json()["count"] == each["drilldown_count"] == each["readded"] == each["value"]

    async def test_of_one_group_is_of_that_group(self, client: httpx.AsyncClient) -> None:
        field = "status_summary[status=in progress].count"
        (proof,) = (await prove(client, "/analytics/tickets/status/", field))["proofs"]
        assert (proof["field"], proof["metric_id"], proof["model"]) == (field, "total_tickets", "fct_tickets")

    async def test_is_linked_from_the_answer(self, client: httpx.AsyncClient) -> None:
        answer = (await client.get("/tickets/dashboard/", params={"department": "HR"})).json()
        proof = (await client.get(f"http://desk.test{answer['proof']}")).json()
        assert proof["agrees"]
        assert {each["metric_id"] for each in proof["proofs"]} <= set(answer["metrics"])
        values = {each["field"]: each["value"] for each in proof["proofs"]}
        assert len(values) > 10
        assert values == {name: answer[name] for name in values}

    async def test_tells_where_each_number_comes_from(self, client: httpx.AsyncClient) -> None:
        proof = await prove(client, "/analytics/tickets/status/", "status_summary[status=pending].count")
        (told,) = [each["lineage"] for each in proof["proofs"]]
        assert told["origin"] == "columns"
        assert "serving.ticket_cube.pending" in told["columns"]
        assert "ops.task.status" in told["operational"]
        assert told["models"][0].startswith("serving.")

    async def test_names_the_publication(self, client: httpx.AsyncClient) -> None:
        proof = await prove(client, "/analytics/tickets/dashboard")
        told = proof["publication"]
        assert (told["run_id"], told["code_version"]) == ("test", "test")
        assert told["publication_id"] == proof["publication_id"]

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"path": "/tasks/"}, "from /analytics/ on"),
            ({"path": "/analytics/proof/?path=/analytics/proof/"}, "from /analytics/ on"),
            ({"path": "https://elsewhere.test/analytics/tickets/status/"}, "from /analytics/ on"),
            ({"path": "/analytics/metrics/"}, "/analytics/tickets/dashboard/"),
            ({"path": "/analytics/tickets/dashboard/", "field": "luck"}, "total_tickets"),
            ({"path": "/analytics/tickets/dashboard/", "field": "transfer_rate"}, "total_tickets"),
            ({"path": "/analytics/tickets/status/", "field": "status_summary[status=x].count"}, "groups"),
            ({"path": "/analytics/tickets/status/?colour=red"}, "not a parameter"),
            ({"path": "/analytics/tickets/status/?start_date=soon"}, "start_date"),
            ({"path": "/analytics/tickets/status/", "fields": "count"}, "not a parameter"),
            ({}, "path"),
        ],
    )
    async def test_of_what_cannot_be_proven_is_refused(
        self, client: httpx.AsyncClient, asked: dict[str, str], reason: str
    ) -> None:
        response = await client.get("/proof/", params=asked)
        assert response.status_code == 400
        assert reason in str(response.json())

    async def test_of_an_unknown_address_is_not_found(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/proof/", params={"path": "/analytics/tickets/luck/"})
        assert response.status_code == 404


async def test_nothing_published_is_said(admin: httpx.AsyncClient) -> None:
    response = await admin.get("/proof/", params={"path": "/analytics/tickets/dashboard/"})
    assert (response.status_code, response.json()["code"]) == (503, "not_published")


@pytest.mark.parametrize(
    ("tampering", "field"),
    [
        ("update serving.ticket_cube set tickets = tickets + 1", "total_tickets"),
        ("delete from serving.ticket_rows where status = 'completed'", "completed_tickets"),
        ("update serving.ticket_rows set sla_status = 'met'", "sla_compliance_rate"),
        (
            "update serving.ticket_cube set resolution_seconds = resolution_seconds * 2",
            "avg_resolution_hours",
        ),
    ],
)
async def test_tampering_shows(
    connection: psycopg.Connection[Any], admin: httpx.AsyncClient, tampering: str, field: str
) -> None:
    hour = timedelta(hours=1)
    desk = [
        Ticket(
            task_id=number,
            created_at=AS_OF - 90 * hour,
            status="completed" if number % 2 else "pending",
            target=AS_OF - 50 * hour,
            resolved_at=AS_OF - (90 - number * 7) * hour if number % 2 else None,
        )
        for number in range(1, 9)
    ]
    Publication(connection, desk).publish()
    assert (await prove(admin, "/analytics/tickets/dashboard/"))["agrees"]

    connection.execute(tampering)

    proof = await prove(admin, "/analytics/tickets/dashboard/")
    assert not proof["agrees"]
    assert field in [each["field"] for each in proof["proofs"] if not each["agrees"]]
