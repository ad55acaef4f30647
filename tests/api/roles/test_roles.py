from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk
from tests.fixtures.statements import StatementCount

ANALYSTS = {"role_id": 701, "name": "Analyst", "description": "Reads numbers"}


def person(user_id: int, **changes: Any) -> dict[str, Any]:
    return {"user_id": user_id, "user_full_name": f"Staff {user_id}"} | changes


class TestList:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Agent", "Analyst", "Ticket Coordinator"]),
            ("?system=HDTS", ["Ticket Coordinator"]),
            ("?search=analy", ["Analyst"]),
            ("?search=numbers", ["Analyst"]),
            ("?search=%25", []),
            ("?search=%20%20", ["Agent", "Analyst", "Ticket Coordinator"]),
            ("?ordering=-name", ["Ticket Coordinator", "Analyst", "Agent"]),
            ("?ordering=system", ["Ticket Coordinator", "Analyst", "Agent"]),
            ("?is_active=false", []),
        ],
    )
    async def test_holds_what_was_asked_for(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any], query: str, *, names: list[str]
    ) -> None:
        desk.add_role("Agent", [4, 5])
        desk.add_role("Ticket Coordinator", [9], system="hdts")
        await api.post("/roles/", json=ANALYSTS, headers=as_admin)
        listed = (await api.get(f"/roles/{query}", headers=as_admin)).json()
        assert [row["name"] for row in listed["results"]] == names
        assert listed["count"] == len(names)

    async def test_counts_those_who_are_active(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: dict[str, Any]
    ) -> None:
        role_id = desk.add_role("Agent", [4, 5, 6])
        desk.set_active(role_id, 5, is_active=False)
        (row,) = (await api.get("/roles/", headers=as_agent)).json()["results"]
        assert (row["role_id"], row["active_user_count"], row["is_active"]) == (role_id, 2, True)

    async def test_costs_the_same_whatever_the_page(
        self,
        api: httpx.AsyncClient,
        desk: Desk,
        as_agent: dict[str, Any],
        count_statements: StatementCount,
    ) -> None:
        for number in range(30):
            desk.add_role(f"Role {number}", range(3))
        costs = []
        for size in (1, 30):
            with count_statements() as statements:
                answer = await api.get(f"/roles/?page_size={size}", headers=as_agent)
            assert len(answer.json()["results"]) == size
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 5


class TestWriting:
    async def test_makes_a_role_then_changes_it(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        made = await api.post("/roles/", json=ANALYSTS, headers=as_admin)
        changed = await api.post("/roles/", json={"role_id": 701, "name": "Scientist"}, headers=as_admin)
        assert (made.status_code, changed.status_code) == (201, 200)
        # What the second did not name has stayed.
        assert changed.json() | {"synced_at": None} == {
            "role_id": 701,
            "name": "Scientist",
            "system": "tts",
            "description": "Reads numbers",
            "is_custom": False,
            "is_active": True,
            "active_user_count": 0,
            "synced_at": None,
        }
        trail = desk.execute("select action, changes from ops.audit_event order by audit_event_id")
        assert [row["action"] for row in trail] == ["create_role", "update_role"]
        assert trail[1]["changes"] == {"name": {"old": "Analyst", "new": "Scientist"}}

    async def test_a_full_list_of_users_ends_the_other_memberships(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        first = ANALYSTS | {"users": [person(40, department="IT", settings={"capacity": 3}), person(41)]}
        await api.post("/roles/", json=first, headers=as_admin)
        second = ANALYSTS | {"users": [person(40), person(42), person(43, is_active=False)]}
        await api.post("/roles/", json=second, headers=as_admin)
        users = (await api.get("/roles/701/", headers=as_admin)).json()["users"]
        assert {user["user_id"]: user["is_active"] for user in users} == {
            40: True,
            41: False,
            42: True,
            43: False,
        }
        (kept,) = desk.execute("select department, capacity from ops.role_user where user_id = 40")
        assert kept == {"department": "IT", "capacity": 3}
        await api.post("/roles/", json=ANALYSTS, headers=as_admin)
        shown = (await api.get("/roles/701/", headers=as_admin)).json()
        assert (shown["active_user_count"], len(shown["users"])) == (2, 4)

    async def test_tells_the_trail_who_joined_and_who_left(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        for people in ([person(40), person(41)], [person(40, user_full_name="Ana")], []):
            await api.post("/roles/", json=ANALYSTS | {"users": people}, headers=as_admin)
        trail = desk.execute(
            "select action, changes ->> 'user_id' as who from ops.audit_event "
            "where action like '%%member' order by audit_event_id"
        )
        assert [(row["action"], row["who"]) for row in trail] == [
            ("add_member", "40"),
            ("add_member", "41"),
            ("update_member", "40"),
            ("remove_member", "41"),
            ("remove_member", "40"),
        ]

    async def test_the_same_again_changes_nothing(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        body = ANALYSTS | {"users": [person(40)]}
        for _ in range(2):
            await api.post("/roles/", json=body, headers=as_admin)
        assert desk.scalar("select count(*) from ops.audit_event") == 2

    async def test_a_repeated_key_answers_the_first_reply(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any]
    ) -> None:
        headers = as_admin | {"Idempotency-Key": "role-701"}
        answers = [await api.post("/roles/", json=ANALYSTS, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"role_id": 0}, "role_id"),
            ({"role_id": "701"}, "role_id"),
            ({"name": " "}, "name"),
            ({"name": "x" * 65}, "name"),
            ({"name": "\x00"}, "body"),
            ({"system": ""}, "system"),
            ({"users": {}}, "users"),
            ({"users": [person(1), person(1)]}, "users"),
            ({"users": [person(0)]}, "users.0.user_id"),
            ({"users": [{"user_id": 1}]}, "users.0.user_full_name"),
            ({"users": [person(1, settings={"capacity": 0})]}, "users.0.settings"),
            ({"users": [person(1, settings={"capacity": True})]}, "users.0.settings"),
        ],
    )
    async def test_refuses_what_it_cannot_keep(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any], changes: Any, field: str
    ) -> None:
        answer = await api.post("/roles/", json=ANALYSTS | changes, headers=as_admin)
        assert answer.status_code == 400, answer.text
        assert field in answer.json()["details"]
        assert desk.scalar("select count(*) from ops.role where role_id = 701") == 0

    async def test_a_name_is_borne_once_in_a_system(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any]
    ) -> None:
        await api.post("/roles/", json=ANALYSTS, headers=as_admin)
        rival = {"role_id": 702, "name": "ANALYST"}
        refused = await api.post("/roles/", json=rival, headers=as_admin)
        assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")
        elsewhere = await api.post("/roles/", json=rival | {"system": "hdts"}, headers=as_admin)
        assert elsewhere.status_code == 201

    async def test_is_for_admins(
        self, api: httpx.AsyncClient, as_agent: dict[str, Any], as_coordinator: dict[str, Any]
    ) -> None:
        for headers in (as_agent, as_coordinator):
            assert (await api.post("/roles/", json=ANALYSTS, headers=headers)).status_code == 403


async def test_an_admin_who_is_taken_off_the_list_is_one_no_more(
    api: httpx.AsyncClient, as_admin: dict[str, Any]
) -> None:
    admins = {"role_id": 1, "name": "Admin", "users": [person(1), person(2)]}
    assert (await api.post("/roles/", json=admins, headers=as_admin)).status_code == 201
    without = admins | {"users": [person(2)]}
    assert (await api.post("/roles/", json=without, headers=as_admin)).status_code == 200
    # The token still says so.
    assert (await api.post("/roles/", json=admins, headers=as_admin)).status_code == 403
