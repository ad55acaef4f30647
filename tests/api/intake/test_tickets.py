import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.desk import Desk, make_ticket
from tests.factories.tokens import bearer, make_token
from tests.fixtures.services import AGENT_ID

Headers = dict[str, Any]
FOR_JO = {"employee": {"id": 101, "name": "Jo S", "email": "jo@example.org"}}
FROM_DESK = {"source_service": "hdts", "original_ticket_id": "H-1"}


class TestCreate:
    async def test_numbers_the_ticket_and_queues_its_event(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers
    ) -> None:
        answer = await tickets_api.post("/tickets", json=make_ticket(), headers=as_employee)
        assert answer.status_code == 201
        ticket = answer.json()
        assert re.fullmatch(rf"TX{datetime.now(UTC):%Y%m%d}\d{{6}}", ticket["ticket_id"])
        assert (ticket["status"], ticket["priority"]) == ("New", "High")
        assert ticket["employee"]["id"] == AGENT_ID
        (event,) = desk.execute("select * from intake.outbox_event")
        assert event["payload"]["event_id"] == event["event_id"]
        assert event["payload"]["ticket"]["ticket_number"] == ticket["ticket_id"]
        assert desk.scalar("select args->>'event_id' from queue.procrastinate_jobs") == event["event_id"]

    async def test_without_priority_is_medium(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers
    ) -> None:
        body = make_ticket()
        del body["priority"]
        answer = await tickets_api.post("/tickets/", json=body, headers=as_employee)
        assert answer.json()["priority"] == "Medium"

    async def test_assigns_nothing_it_was_not_asked_about(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers
    ) -> None:
        body = make_ticket(id=77, ticket_id="TX1", status="Closed", created_at="2001-01-01T00:00:00Z")
        ticket = (await tickets_api.post("/tickets/", json=body, headers=as_employee)).json()
        assert ticket["id"] != 77
        assert ticket["status"] == "New"
        assert not ticket["created_at"].startswith("2001")

    async def test_told_again_by_its_source_is_the_same_ticket(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_service: Headers
    ) -> None:
        body = make_ticket(**FOR_JO, **FROM_DESK)
        first = await tickets_api.post("/tickets/", json=body, headers=as_service)
        second = await tickets_api.post("/tickets/", json=body, headers=as_service)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["ticket_id"] == second.json()["ticket_id"]
        assert desk.scalar("select count(*) from intake.outbox_event") == 1

    async def test_many_at_once_all_get_numbers_of_their_own(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers
    ) -> None:
        posts = (tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee) for _ in range(200))
        answers = await asyncio.gather(*posts)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["ticket_id"] for answer in answers}) == 200
        assert desk.scalar("select count(distinct event_id) from intake.outbox_event") == 200

    async def test_with_one_key_many_at_once_makes_one(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers
    ) -> None:
        headers = {**as_employee, "Idempotency-Key": "key-1"}
        posts = (tickets_api.post("/tickets/", json=make_ticket(), headers=headers) for _ in range(16))
        answers = await asyncio.gather(*posts)
        assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
        assert desk.scalar("select count(*) from intake.ticket") == 1

    async def test_a_key_belongs_to_its_user_and_expires(
        self, *, tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers, as_agent: Headers
    ) -> None:
        key = {"Idempotency-Key": "key-1"}
        mine = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee | key)
        theirs = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_agent | key)
        desk.execute("update intake.idempotency_key set expires_at = now()")
        later = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee | key)
        assert len({answer.json()["ticket_id"] for answer in (mine, theirs, later)}) == 3


class TestWhoseTicket:
    async def test_only_admins_and_services_may_name_someone_else(
        self, *, tickets_api: httpx.AsyncClient, as_admin: Headers, as_service: Headers,
        as_employee: Headers, as_agent: Headers,
    ) -> None:  # fmt: skip
        body = make_ticket(**FOR_JO)
        for headers, status in ((as_admin, 201), (as_service, 201), (as_employee, 403), (as_agent, 403)):
            answer = await tickets_api.post("/tickets/", json=body, headers=headers)
            assert answer.status_code == status

    async def test_a_service_has_to_name_someone(
        self, tickets_api: httpx.AsyncClient, as_service: Headers
    ) -> None:
        answer = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_service)
        assert list(answer.json()["details"]) == ["employee"]

    async def test_an_employee_does_not_learn_of_anothers_ticket(
        self, *, tickets_api: httpx.AsyncClient, settings: ApiSettings, as_service: Headers
    ) -> None:
        await tickets_api.post("/tickets/", json=make_ticket(**FOR_JO, **FROM_DESK), headers=as_service)
        other = bearer(make_token(settings, user_id=102, user_type="employee", roles=[]))
        answer = await tickets_api.post("/tickets/", json=make_ticket(**FROM_DESK), headers=other)
        assert answer.status_code == 404
        assert "Jo" not in answer.text


class TestRefusedInput:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("subject", ""),
            ("subject", "   "),
            ("subject", "x" * 256),
            ("subject", None),
            ("subject", "a\u0000b"),
            ("description", ""),
            ("category", None),
            ("department", "x" * 101),
            ("priority", ""),
            ("priority", "soon"),
            ("priority", "\u041digh"),
            ("requested_budget", "1e999"),
            ("requested_budget", -1),
            ("scheduled_date", "2026-02-30"),
            ("dynamic_data", []),
            ("dynamic_data", {"a": "b\u0000"}),
            ("attachments", [{}]),
            ("original_ticket_id", " "),
        ],
    )
    async def test_names_the_field(
        self, *, tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers, field: str, value: Any
    ) -> None:
        body = make_ticket(**{field: value})
        answer = await tickets_api.post("/tickets/", json=body, headers=as_employee)
        assert answer.status_code == 400
        assert any(name.partition(".")[0] in {field, "body"} for name in answer.json()["details"])
        assert desk.scalar("select count(*) from intake.ticket") == 0

    @pytest.mark.parametrize(
        "email",
        ["jo", "Jo <jo@example.org>", "jo@example.org\r\nBcc: x@example.org", f"{'x' * 400}@example.org", 7],
    )
    async def test_takes_an_address_and_nothing_around_it(
        self, tickets_api: httpx.AsyncClient, as_service: Headers, email: Any
    ) -> None:
        body = make_ticket(employee={"id": 1, "name": "Jo", "email": email})
        answer = await tickets_api.post("/tickets/", json=body, headers=as_service)
        assert list(answer.json()["details"]) == ["employee.email"]
