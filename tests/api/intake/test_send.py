from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_ticket

Headers = dict[str, Any]
OTHER_LAYOUT = {
    "first_name": "Jo",
    "last_name": "Smith",
    "email": "jo@example.org",
    "company_id": "00101",
    "department": "HR",
}


class TestSend:
    @pytest.mark.parametrize(
        ("employee", "employee_id"),
        [
            ({"id": 101, "name": "Jo Smith", "email": "jo@example.org"}, 101),
            (OTHER_LAYOUT, 101),
            ({**OTHER_LAYOUT, "company_id": 101}, 101),
            ({**OTHER_LAYOUT, "company_id": "E-101"}, None),
        ],
    )
    async def test_takes_both_layouts_of_an_employee(
        self,
        tickets_api: httpx.AsyncClient,
        desk: Desk,
        as_service: Headers,
        *,
        employee: dict[str, Any],
        employee_id: int | None,
    ) -> None:
        body = make_ticket(source_service="hdts", employee=employee)
        answer = await tickets_api.post("/send/", json=body, headers=as_service)
        assert answer.status_code == 201, answer.text
        sent = answer.json()
        assert (sent["status"], sent["workflow"]) == ("New", None)
        (ticket,) = desk.execute("select * from intake.ticket")
        assert (ticket["employee_id"], ticket["requester_type"]) == (employee_id, "employee")
        requester = desk.scalar("select payload->'ticket'->'requester' from intake.outbox_event")
        assert (requester["name"], requester["type"]) == ("Jo Smith", "employee")

    async def test_told_again_is_the_same_ticket(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_service: Headers
    ) -> None:
        body = make_ticket(source_service="hdts", original_ticket_id="H-7", employee=OTHER_LAYOUT)
        first = await tickets_api.post("/send", json=body, headers=as_service)
        again = await tickets_api.post("/send", json=body, headers=as_service)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert desk.scalar("select count(*) from intake.outbox_event") == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"source_service": None}, "source_service"),
            ({"employee": None}, "employee"),
            ({"employee": {"name": "Jo"}}, "employee"),
            ({"employee": {**OTHER_LAYOUT, "email": "jo@example.org\nBcc: all"}}, "employee"),
        ],
    )
    async def test_refuses_what_it_cannot_place(
        self, tickets_api: httpx.AsyncClient, as_service: Headers, change: dict[str, Any], field: str
    ) -> None:
        body = make_ticket(source_service="hdts", employee=OTHER_LAYOUT) | change
        answer = await tickets_api.post("/send/", json=body, headers=as_service)
        assert answer.status_code == 400
        assert field in " ".join(answer.json()["details"])

    async def test_an_employee_sends_for_themselves_only(
        self, tickets_api: httpx.AsyncClient, as_employee: Headers
    ) -> None:
        body = make_ticket(source_service="hdts", employee=OTHER_LAYOUT)
        answer = await tickets_api.post("/send/", json=body, headers=as_employee)
        assert answer.status_code == 403
