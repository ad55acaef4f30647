import asyncio
import itertools
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.auth_service import AuthService, membership_message, role_message
from tests.factories.desk import Desk

ROLE, ANA, BEN = 50, 61, 62
UNUSED_ROLES = itertools.count(10_000)


def members(desk: Desk, role_id: int = ROLE) -> dict[int, bool]:
    rows = desk.execute("select user_id, is_active from ops.role_user where role_id = %s", role_id)
    return {row["user_id"]: row["is_active"] for row in rows}


def active(desk: Desk, role_id: int) -> set[int]:
    return {user_id for user_id, is_active in members(desk, role_id).items() if is_active}


class TestRoleMessage:
    async def test_makes_changes_and_deletes_a_role(self, auth_service: AuthService, desk: Desk) -> None:
        messages = [
            role_message(ROLE, 1, "create", system="HDTS", description="First line"),
            role_message(ROLE, 2, name="Second line", system="hdts"),
            role_message(ROLE, 3, "delete", name="Second line", system="hdts"),
        ]
        for message in messages:
            assert (await auth_service.tell(message))["status"] == "applied"
        (row,) = desk.execute("select name, system, description, deleted_at from ops.role")
        assert (row["name"], row["system"], row["description"]) == ("Second line", "hdts", "First line")
        assert row["deleted_at"].isoformat() == messages[2]["occurred_at"]
        told = desk.execute("select action, username from ops.audit_event order by audit_event_id")
        assert [row["action"] for row in told] == ["create_role", "update_role", "delete_role"]
        assert {row["username"] for row in told} == {"service"}

    async def test_that_is_older_changes_nothing(self, auth_service: AuthService, desk: Desk) -> None:
        await auth_service.tell(role_message(ROLE, 5, name="New"))
        for minute in (5, 4):
            late = role_message(ROLE, minute, "delete", name="Old")
            assert (await auth_service.tell(late))["status"] == "ignored"
        (row,) = desk.execute("select name, deleted_at from ops.role")
        assert row == {"name": "New", "deleted_at": None}
        assert desk.scalar("select count(*) from ops.audit_event") == 1

    async def test_whose_name_is_taken_is_to_be_sent_again(self, auth_service: AuthService) -> None:
        await auth_service.tell(role_message(ROLE, 1, name="Line"))
        rival = role_message(ROLE + 1, 3, name="LINE")
        refused = await auth_service.send(rival)
        assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")
        await auth_service.tell(role_message(ROLE, 2, name="Other"))
        assert (await auth_service.tell(rival))["status"] == "applied"


class TestMembershipMessage:
    async def test_lets_people_join_and_leave(self, auth_service: AuthService, desk: Desk) -> None:
        await auth_service.tell(role_message(ROLE, 1))
        await auth_service.tell(membership_message(ROLE, ANA, 2, "create", settings={"capacity": 7}))
        await auth_service.tell(membership_message(ROLE, BEN, 3, "create", department="IT"))
        assert members(desk) == {ANA: True, BEN: True}
        await auth_service.tell(membership_message(ROLE, ANA, 4, is_active=False))
        await auth_service.tell(membership_message(ROLE, BEN, 5, "delete"))
        assert members(desk) == {ANA: False, BEN: False}
        (ana,) = desk.execute("select * from ops.role_user where user_id = %s", ANA)
        assert (ana["capacity"], ana["email"]) == (7, "61@desk.test")
        assert (ana["valid_to"] - ana["valid_from"]).total_seconds() == 120

    async def test_of_an_unknown_role_waits_for_it(self, auth_service: AuthService, desk: Desk) -> None:
        for message, status in (
            (membership_message(ROLE, ANA, 3), "parked"),
            (membership_message(ROLE, ANA, 2, "delete"), "ignored"),
            (membership_message(ROLE, BEN, 4), "parked"),
            (membership_message(ROLE, BEN, 5, "delete"), "parked"),
            (role_message(ROLE, 1, "create"), "applied"),
        ):
            assert (await auth_service.tell(message))["status"] == status
        assert members(desk) == {ANA: True, BEN: False}
        assert desk.scalar("select count(*) from ops.parked_membership where applied_at is null") == 0

    async def test_of_a_deleted_role_waits_for_its_return(
        self, auth_service: AuthService, desk: Desk
    ) -> None:
        await auth_service.tell(role_message(ROLE, 1, "create"))
        await auth_service.tell(membership_message(ROLE, ANA, 2))
        for minute in (3, 5):
            await auth_service.tell(role_message(ROLE, minute, "delete"))
            assert members(desk)[ANA] is False
            await auth_service.tell(role_message(ROLE, minute + 1, "create"))
            assert members(desk)[ANA] is True

    async def test_arrives_while_its_role_is_being_written(
        self, auth_service: AuthService, desk: Desk
    ) -> None:
        with desk.holding("select from ops.audit_chain for update") as others:
            role = asyncio.create_task(auth_service.tell(role_message(ROLE, 1)))
            await others.wait_for(1)
            membership = asyncio.create_task(auth_service.tell(membership_message(ROLE, ANA, 2)))
            await others.wait_for(2)
        assert (await role)["status"] == (await membership)["status"] == "applied"
        assert members(desk) == {ANA: True}


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "role.action"),
        (role_message(ROLE, 1, "explode"), "role.action"),
        (role_message(ROLE, 1, name=""), "role.name"),
        (role_message(ROLE, 1, occurred_at="2026-02-14"), "role.occurred_at"),
        (role_message(ROLE, 1, occurred_at="2026-02-14T08:00:00"), "role.occurred_at"),
        (role_message(ROLE, 1, occurred_at="2999-01-01T00:00:00Z"), "role.occurred_at"),
        (membership_message(ROLE, 0, 1), "membership.user_id"),
        (membership_message(0, ANA, 1), "membership.role_id"),
        (membership_message(ROLE, ANA, 1, user_full_name=None), "membership.user_full_name"),
        ([], "role"),
        ("role", "role"),
    ],
)
async def test_a_message_that_cannot_be_is_refused(
    auth_service: AuthService, desk: Desk, message: Any, field: str
) -> None:
    answer = await auth_service.send(message)
    assert answer.status_code == 400, answer.text
    assert field in answer.json()["details"], answer.text
    assert desk.scalar("select count(*) from ops.role") == 0


async def test_only_the_service_may_tell(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> None:
    message = role_message(ROLE, 1)
    for headers in ({}, as_admin):
        assert (await api.post("/internal/role-sync/", json=message, headers=headers)).status_code == 401


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[int]]:
    """Words on one role and two people, each of an instant of its own, and the order they arrive in."""
    actions = st.sampled_from(["update", "update", "delete"])
    kinds = draw(st.lists(st.tuples(st.sampled_from([0, ANA, BEN]), actions), min_size=1, max_size=9))
    messages = [
        membership_message(ROLE, user_id, minute, action)
        if user_id
        else role_message(ROLE, minute, action, name=f"Role of minute {minute}")
        for minute, (user_id, action) in enumerate(kinds)
    ]
    return messages, draw(st.permutations(range(len(messages))))


@given(history=histories())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_order_of_arrival_makes_a_difference(
    history: tuple[list[dict[str, Any]], list[int]], auth_service: AuthService, desk: Desk
) -> None:
    """What counts is the newest word on the role and, while it is there, on each membership."""
    messages, order = history
    role_id = next(UNUSED_ROLES)
    for index in order:
        await auth_service.tell(messages[index] | {"role_id": role_id})
        # Told twice is told once.
        assert (await auth_service.tell(messages[index] | {"role_id": role_id}))["status"] == "ignored"
    roles = [message for message in messages if "user_id" not in message]
    is_live = bool(roles) and roles[-1]["action"] == "update"
    live = desk.execute("select name from ops.role where role_id = %s and deleted_at is null", role_id)
    assert [row["name"] for row in live] == ([roles[-1]["name"]] if is_live else [])
    newest = {message["user_id"]: message["action"] for message in messages if "user_id" in message}
    present = {user_id for user_id, action in newest.items() if action == "update"}
    assert active(desk, role_id) == (present if is_live else set())
    await auth_service.tell(role_message(role_id, 99, name=f"Role {role_id}"))
    assert active(desk, role_id) == present
    # Leaves the name to the next example.
    await auth_service.tell(role_message(role_id, 100, "delete"))
