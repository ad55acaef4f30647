from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.desk import make_ticket
from tests.factories.tokens import bearer, make_token

Headers = dict[str, Any]


@pytest.fixture
def as_jo(settings: ApiSettings) -> Headers:
    return bearer(make_token(settings, user_id=101, user_type="employee", roles=[]))


async def create(tickets_api: httpx.AsyncClient, headers: Headers, **changes: Any) -> dict[str, Any]:
    answer = await tickets_api.post("/tickets/", json=make_ticket(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def numbers(tickets_api: httpx.AsyncClient, headers: Headers, query: str = "") -> list[str]:
    answer = await tickets_api.get(f"/tickets/{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == len(body["results"])
    return [ticket["ticket_id"] for ticket in body["results"]]


class TestList:
    async def test_an_employee_sees_their_own_and_no_others(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers, as_jo: Headers, as_agent: Headers
    ) -> None:
        own = await create(tickets_api, as_employee)
        of_jo = await create(tickets_api, as_jo)
        # An agent whose id is also the employee's.
        of_agent = await create(tickets_api, as_agent)
        assert await numbers(tickets_api, as_employee) == [own["ticket_id"]]
        assert await numbers(tickets_api, as_employee, "?employee_id=101") == []
        everything = [of_agent["ticket_id"], of_jo["ticket_id"], own["ticket_id"]]
        assert await numbers(tickets_api, as_agent) == everything

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?priority=critical", ["b"]),
            ("?priority=Urgent", ["b"]),
            ("?category=TECHNOLOGY", ["a", "b"]),
            ("?department=hr", ["c"]),
            ("?subcategory=pay", ["c"]),
            ("?status=New", ["a", "b", "c"]),
            ("?status=Closed", []),
            ("?source_service=hdts", ["c"]),
            ("?search=prin", ["b"]),
            ("?search=PRINTER+on", ["b"]),
            ("?search=scan", ["b"]),
            ("?search=%27%29+%26%7C%21%3A%2A+%25+%5C", []),
            ("?start_date=2026-01-01&end_date=9999-12-31", ["a", "b", "c"]),
            ("?end_date=2026-01-01", []),
            ("?ordering=subject", ["a", "b", "c"]),
            ("?ordering=-subject", ["c", "b", "a"]),
        ],
    )
    async def test_filters_and_orders(
        self, tickets_api: httpx.AsyncClient, as_admin: Headers, query: str, found: list[str]
    ) -> None:
        tickets = {
            "a": await create(tickets_api, as_admin, subject="A sound is missing"),
            "b": await create(
                tickets_api,
                as_admin,
                subject="Burning printer/scanner",
                description="On fire",
                priority="urgent",
            ),
            "c": await create(
                tickets_api,
                as_admin,
                subject="Cheque",
                category="Money",
                subcategory="Pay",
                department="HR",
                source_service="hdts",
            ),
        }
        names = {ticket["ticket_id"]: name for name, ticket in tickets.items()}
        listed = [names[number] for number in await numbers(tickets_api, as_admin, query)]
        assert listed == found if "ordering" in query else sorted(listed) == found

    @pytest.mark.parametrize(
        ("query", "field", "said"),
        [
            ("?status=Lost", "status", "New"),
            ("?priority=hgih", "priority", "Critical, High, Medium, Low"),
            ("?start_date=2026-02-30", "start_date", "YYYY-MM-DD"),
            ("?start_date=2026-02-02&end_date=2026-02-01", "start_date", "swap them"),
            ("?employee_id=0", "employee_id", "greater than or equal to 1"),
            ("?ordering=employee", "ordering", "created_at"),
            ("?page=0", "page", "from 1 upwards"),
        ],
    )
    async def test_refuses_what_it_cannot_read(
        self, tickets_api: httpx.AsyncClient, as_admin: Headers, query: str, field: str, said: str
    ) -> None:
        answer = await tickets_api.get(f"/tickets/{query}", headers=as_admin)
        assert answer.status_code == 400
        assert said in answer.json()["details"][field][0]


class TestDetail:
    async def test_by_id_and_by_number(self, tickets_api: httpx.AsyncClient, as_employee: Headers) -> None:
        ticket = await create(tickets_api, as_employee)
        for reference in (ticket["id"], ticket["ticket_id"]):
            answer = await tickets_api.get(f"/tickets/{reference}/", headers=as_employee)
            assert answer.json() == ticket
            assert answer.headers["etag"] == '"1"'

    async def test_of_another_employee_is_not_there(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers, as_jo: Headers
    ) -> None:
        ticket = await create(tickets_api, as_jo)
        refused = await tickets_api.get(f"/tickets/{ticket['ticket_id']}/", headers=as_employee)
        missing = await tickets_api.get("/tickets/TX20260101000000/", headers=as_employee)
        assert refused.status_code == missing.status_code == 404
        assert refused.json()["error"] == missing.json()["error"] == "Ticket not found"

    @pytest.mark.parametrize("reference", ["0", "-1", "1e3", "TX1", "٣", str(2**63), "tx20260101000000"])
    async def test_refuses_what_names_no_ticket(
        self, tickets_api: httpx.AsyncClient, as_admin: Headers, reference: str
    ) -> None:
        answer = await tickets_api.get(f"/tickets/{reference}/", headers=as_admin)
        assert answer.status_code == 400
