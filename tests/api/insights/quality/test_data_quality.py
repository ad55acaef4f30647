"""What is set aside is told by reason, opens to its rows, and is said by the numbers that it bears on."""

import json
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.calls import calling, get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication

PATH, ROWS = "/data-quality/", "/drilldown/data-quality/"
Row = dict[str, Any]


def aside(row_id: int, **told: Any) -> Row:
    known = {
        "source_table": "task",
        "row_id": row_id,
        "reason": "ends_before_it_begins",
        "ticket_id": row_id,
        "task_id": row_id,
        "workflow_id": 1,
        "ticket_number": f"T-{row_id}",
        "detail": "resolved 2026-01-01, created 2026-01-02",
        "priority": "High",
        "department": "IT",
        "category": "Software",
        "sub_category": "Email",
        "seen_at": AS_OF - timedelta(hours=row_id),
        "first_day": AS_OF.date() - timedelta(days=10),
        "last_day": AS_OF.date() - timedelta(days=5),
    }
    return known | told


@pytest.fixture
def publication(connection: psycopg.Connection[Any]) -> Publication:
    publication = Publication(connection, [Ticket(1, AS_OF - timedelta(days=7))])
    publication.publish()
    return publication


@pytest.fixture
def rows(publication: Publication) -> list[Row]:
    nothing = {"ticket_id": None, "task_id": None, "first_day": None, "last_day": None, "ticket_number": None}
    dimensions = ("department", "category", "sub_category", "workflow_id", "priority")
    rows = [
        aside(1),
        aside(2, department="HR"),
        aside(2, department="HR", reason="contradictory_state"),
        aside(9, source_table="task_event", reason="orphan", **nothing, **dict.fromkeys(dimensions)),
    ]
    publication.fill("quarantined_rows", rows)
    facts = dict.fromkeys(("recent_count", "late_count", "last_occurred_at"))
    publication.fill(
        "input_facts",
        [
            {**facts, "source_table": "task", "row_count": 40, "quarantined_count": 2, "last_seen_at": AS_OF},
            {
                "source_table": "task_event",
                "row_count": 60,
                "quarantined_count": 1,
                "recent_count": 50,
                "late_count": 5,
                "last_seen_at": AS_OF - timedelta(minutes=3),
                "last_occurred_at": AS_OF - timedelta(days=1),
            },
        ],
    )
    return rows


@pytest.mark.usefixtures("rows")
async def test_rows_are_counted_once_and_reasons_each(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)

    assert answer["quarantine"] == {"rows": 3, "tickets": 2, "share": 3.0}
    told = {
        (each["source_table"], each["reason"]): (each["rows"], each["tickets"], each["share"])
        for each in answer["reasons"]
    }
    assert told == {
        ("task", "ends_before_it_begins"): (2, 2, 5.0),
        ("task", "contradictory_state"): (1, 1, 2.5),
        ("task_event", "orphan"): (1, 0, 1.6667),
    }
    first = answer["reasons"][0]
    assert (first["first_seen_at"], first["last_seen_at"]) == ("2026-03-10T12:30:00Z", "2026-03-10T13:30:00Z")
    assert "3 rows of 2 tickets" in answer["warnings"][0]


@pytest.mark.usefixtures("rows")
async def test_every_reason_opens_to_its_rows(admin: httpx.AsyncClient) -> None:
    for told in (await get(admin, PATH))["reasons"]:
        opened = (await admin.get(told["drilldown"].removeprefix("/analytics"))).json()
        assert opened["count"] == told["rows"] == len(opened["results"])
        assert {row["reason"] for row in opened["results"]} == {told["reason"]}


@pytest.mark.usefixtures("rows")
async def test_feeds_tell_how_fresh_and_how_late_they_are(admin: httpx.AsyncClient) -> None:
    tasks, events = (await get(admin, PATH))["feeds"]

    assert (tasks["late_share"], tasks["age_seconds"], tasks["recent_events"]) == (None, 0, None)
    assert (events["late_share"], events["age_seconds"], events["quarantined_rows"]) == (10.0, 180, 1)


@pytest.mark.usefixtures("rows")
async def test_checks_are_those_of_the_publication(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    unmet = {"asset": "ops/task_event", "check": "operational_feed", "severity": "WARN"}
    found = {"passed": 7, "failed": [unmet], "assets": {"ops/task_event": {"passed": 0, "failed": 1}}}
    connection.execute("update serving.publications set check_results = %s", [json.dumps(found)])

    answer = await get(admin, PATH)

    assert answer["checks"] == {
        "passed": 7,
        "warned": 1,
        "unmet": [unmet],
        "assets": [{"asset": "ops/task_event", "passed": 0, "failed": 1}],
    }
    assert any("operational_feed" in warning for warning in answer["warnings"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 4),
        ({"reason": "orphan"}, 1),
        ({"source_table": "task", "department": "HR"}, 2),
        ({"start_date": "2026-03-06"}, 0),
        ({"end_date": "2026-02-27"}, 0),
        ({"start_date": "2026-03-05", "end_date": "2026-03-05"}, 3),
    ],
)
@pytest.mark.usefixtures("rows")
async def test_rows_are_narrowed(admin: httpx.AsyncClient, query: dict[str, str], expected: int) -> None:
    assert (await get(admin, ROWS, **query))["count"] == expected


@pytest.mark.parametrize(
    ("query", "tickets"),
    [
        ({}, 3),
        ({"department": "HR"}, 2),
        ({"department": "Sales"}, 1),
        ({"start_date": "2026-03-09"}, 1),
        ({"start_date": "2026-03-01", "end_date": "2026-03-02"}, 3),
    ],
)
@pytest.mark.usefixtures("rows")
async def test_numbers_say_what_they_lack(
    admin: httpx.AsyncClient, query: dict[str, str], tickets: int
) -> None:
    """A row of which no ticket is known may be of any."""
    answer = await admin.get("/tickets/dashboard/", params=query)

    assert answer.headers["X-Tickets-In-Doubt"] == str(tickets)
    assert answer.json()["data_quality"].startswith(f"{tickets} ticket")
    table = await admin.get("/tickets/dashboard/", params={**query, "format": "csv"})
    assert table.headers["X-Tickets-In-Doubt"] == str(tickets)


@pytest.mark.usefixtures("publication")
async def test_numbers_that_lack_nothing_say_nothing(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/tickets/dashboard/")

    assert answer.json()["data_quality"] is None
    assert "X-Tickets-In-Doubt" not in answer.headers


@pytest.mark.usefixtures("publication")
async def test_an_empty_desk_is_told_so(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH)

    assert answer["quarantine"] == {"rows": 0, "tickets": 0, "share": None}
    assert answer["reasons"] == []
    assert "create a ticket" in answer["warnings"][0]


@pytest.mark.parametrize(
    ("path", "field"),
    [(f"{ROWS}?reason=luck", "reason"), (f"{ROWS}?source_table=luck", "source_table"), (f"{PATH}?x=1", "x")],
)
@pytest.mark.usefixtures("publication")
async def test_bad_questions_are_refused(admin: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await admin.get(path)

    assert answer.status_code == 400
    assert field in answer.text


async def test_agents_do_not_read_it(app: Any) -> None:
    async with calling(app, "Agent") as agent:
        assert (await agent.get(PATH)).status_code == 403
        assert (await agent.get(ROWS)).status_code == 403
