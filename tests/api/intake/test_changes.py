from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_ticket

Headers = dict[str, Any]


@pytest.fixture
async def ticket(tickets_api: httpx.AsyncClient, as_employee: Headers) -> dict[str, Any]:
    answer = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
    created: dict[str, Any] = answer.json()
    return created


async def put(
    tickets_api: httpx.AsyncClient, ticket: dict[str, Any], headers: Headers, **body: Any
) -> httpx.Response:
    return await tickets_api.put(f"/tickets/{ticket['ticket_id']}/", json=body, headers=headers)


def events(desk: Desk) -> list[tuple[str, str]]:
    rows = desk.execute("select kind, payload from intake.outbox_event order by occurred_at")
    return [(row["kind"], row["payload"]["ticket"]["status"]) for row in rows]


class TestByRequester:
    async def test_rewrites_a_new_ticket_and_tells_of_it(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_employee: Headers
    ) -> None:
        answer = await put(tickets_api, ticket, as_employee, subject="No sound at all")
        assert answer.status_code == 200, answer.text
        changed = answer.json()
        assert (changed["subject"], changed["description"]) == ("No sound at all", ticket["description"])
        assert (changed["version"], answer.headers["etag"]) == (2, '"2"')
        assert changed["update_date"] is not None
        assert events(desk) == [("ticket.created", "New"), ("ticket.updated", "New")]
        assert desk.scalar("select count(*) from queue.procrastinate_jobs") == 2

    async def test_what_is_the_same_changes_nothing(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_employee: Headers
    ) -> None:
        answer = await put(tickets_api, ticket, as_employee, subject=ticket["subject"])
        assert answer.json() == ticket
        assert len(events(desk)) == 1

    @pytest.mark.parametrize(
        "change", [{"priority": "Low"}, {"category": "Money"}, {"status": "Rejected"}, {"status": "Open"}]
    )
    async def test_does_not_decide(
        self,
        tickets_api: httpx.AsyncClient,
        ticket: dict[str, Any],
        as_employee: Headers,
        change: dict[str, str],
    ) -> None:
        answer = await put(tickets_api, ticket, as_employee, **change)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    async def test_no_longer_rewrites_what_is_being_worked_on(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_employee: Headers
    ) -> None:
        desk.execute("update intake.ticket set status = 'In Progress'")
        answer = await put(tickets_api, ticket, as_employee, subject="Other")
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")

    @pytest.mark.parametrize(
        ("current", "wanted", "kind"),
        [
            ("New", "Withdrawn", "ticket.updated"),
            ("On Hold", "Withdrawn", "ticket.updated"),
            ("Resolved", "Closed", "ticket.closed"),
            ("Resolved", "In Progress", "ticket.updated"),
        ],
    )
    async def test_withdraws_closes_and_reopens(
        self,
        tickets_api: httpx.AsyncClient,
        desk: Desk,
        ticket: dict[str, Any],
        as_employee: Headers,
        *,
        current: str,
        wanted: str,
        kind: str,
    ) -> None:
        desk.execute("update intake.ticket set status = %s", current)
        answer = await put(tickets_api, ticket, as_employee, status=wanted)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == wanted
        assert (answer.json()["time_closed"] is None) == (wanted == "In Progress")
        assert events(desk)[-1] == (kind, wanted)

    async def test_says_a_status_again_and_changes_nothing(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_employee: Headers
    ) -> None:
        first, again = [await put(tickets_api, ticket, as_employee, status="Withdrawn") for _ in range(2)]
        assert (again.status_code, again.json()) == (200, first.json())
        assert len(events(desk)) == 2

    @pytest.mark.parametrize(
        ("current", "wanted"), [("New", "Closed"), ("Open", "In Progress"), ("Closed", "In Progress")]
    )
    async def test_cannot_leave_the_life_cycle(
        self,
        tickets_api: httpx.AsyncClient,
        desk: Desk,
        ticket: dict[str, Any],
        as_employee: Headers,
        *,
        current: str,
        wanted: str,
    ) -> None:
        desk.execute("update intake.ticket set status = %s", current)
        answer = await put(tickets_api, ticket, as_employee, status=wanted)
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")


class TestByOthers:
    async def test_a_coordinator_decides(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_coordinator: Headers
    ) -> None:
        change = {"priority": "urgent", "department": "HR", "subcategory": None, "status": "Open"}
        changed = (await put(tickets_api, ticket, as_coordinator, **change)).json()
        told = {name: changed[name] for name in change}
        assert told == {"priority": "Critical", "department": "HR", "subcategory": None, "status": "Open"}

    async def test_a_coordinator_switched_off_here_does_not(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_coordinator: Headers
    ) -> None:
        role_id = desk.add_role("Ticket Coordinator", [9], system="hdts")
        desk.set_active(role_id, 9, is_active=False)
        answer = await put(tickets_api, ticket, as_coordinator, priority="Low")
        assert answer.status_code == 403

    async def test_an_agent_may_not(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_agent: Headers
    ) -> None:
        answer = await put(tickets_api, ticket, as_agent, subject="Mine now")
        assert answer.status_code == 403

    async def test_a_rejection_says_why(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_admin: Headers
    ) -> None:
        refused = await put(tickets_api, ticket, as_admin, status="Rejected")
        assert refused.status_code == 400
        assert "rejection_reason" in refused.json()["details"]
        told = await put(tickets_api, ticket, as_admin, status="Rejected", rejection_reason="Not ours")
        assert (told.json()["status"], told.json()["rejection_reason"]) == ("Rejected", "Not ours")

    async def test_two_who_saw_the_same_version_do_not_overwrite_each_other(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_admin: Headers
    ) -> None:
        seen = {**as_admin, "If-Match": '"1"'}
        first = await put(tickets_api, ticket, seen, priority="Low")
        second = await put(tickets_api, ticket, seen, priority="Medium")
        assert (first.status_code, second.status_code) == (200, 409)
        assert second.json()["code"] == "version_conflict"

    @pytest.mark.parametrize(
        "body",
        [{"subject": None}, {"subject": " "}, {"priority": "hgih"}, {"status": "Lost"}, {"attachments": [1]}],
    )
    async def test_refuses_what_cannot_be(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_admin: Headers, body: dict[str, Any]
    ) -> None:
        answer = await put(tickets_api, ticket, as_admin, **body)
        assert answer.status_code == 400
        assert next(iter(body)) in " ".join(answer.json()["details"])


class TestDelete:
    async def test_hides_a_new_ticket_and_withdraws_it_on_the_other_side(
        self, tickets_api: httpx.AsyncClient, desk: Desk, ticket: dict[str, Any], as_admin: Headers
    ) -> None:
        path = f"/tickets/{ticket['ticket_id']}/"
        assert (await tickets_api.delete(path, headers=as_admin)).status_code == 204
        assert (await tickets_api.get(path, headers=as_admin)).status_code == 404
        assert (await tickets_api.delete(path, headers=as_admin)).status_code == 404
        assert (await tickets_api.get("/tickets/", headers=as_admin)).json()["count"] == 0
        assert events(desk)[-1] == ("ticket.updated", "Withdrawn")
        assert desk.scalar("select count(*) from intake.ticket") == 1

    @pytest.mark.parametrize(("status", "answer"), [("In Progress", 409), ("Resolved", 409), ("Closed", 204)])
    async def test_leaves_alone_what_is_being_worked_on(
        self,
        tickets_api: httpx.AsyncClient,
        desk: Desk,
        ticket: dict[str, Any],
        as_admin: Headers,
        *,
        status: str,
        answer: int,
    ) -> None:
        desk.execute("update intake.ticket set status = %s", status)
        deleted = await tickets_api.delete(f"/tickets/{ticket['id']}/", headers=as_admin)
        assert deleted.status_code == answer

    async def test_is_for_admins(
        self, tickets_api: httpx.AsyncClient, ticket: dict[str, Any], as_coordinator: Headers
    ) -> None:
        deleted = await tickets_api.delete(f"/tickets/{ticket['id']}/", headers=as_coordinator)
        assert deleted.status_code == 403
