"""Whose account is switched off holds nothing, is given nothing, and finds work again when they are back."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from api.audit.trail import system_trail
from api.kit.db import Database
from api.kit.errors import NotFoundError
from api.roles.absence import switch_account
from api.settings import ApiSettings
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, Crew

Switch = Callable[[str, str], Awaitable[int]]
ANA, BO = AGENTS


@pytest.fixture
async def switch(crew: Crew, settings: ApiSettings) -> AsyncIterator[Switch]:
    """Accounts for the agents and a coordinator, and the switch of each."""
    for user_id in (*AGENTS, COORDINATORS[0]):
        crew.desk.execute(
            "insert into ops.user_account (user_type, user_id, username, full_name) "
            "values ('staff', %s, %s, %s)",
            user_id,
            f"user-{user_id}",
            f"Staff {user_id}",
        )
    database = Database.connect(settings, role="sluice_api")

    async def switched(command: str, username: str) -> int:
        async with database.transaction() as session:
            trail = system_trail(session, "sluice user")
            return await switch_account(session, trail, username, is_active=command == "enable")

    yield switched
    await database.close()


async def test_what_one_held_is_held_by_another(crew: Crew, switch: Switch) -> None:
    tasks = [await crew.new_task() for _ in range(4)]
    targets = {task_id: crew.open_item(task_id)["target_resolution"] for task_id in tasks}
    assert await switch("disable", f"user-{ANA}") == 2
    assert {crew.open_item(task_id)["user_id"] for task_id in tasks} == {BO}
    assert {task_id: crew.open_item(task_id)["target_resolution"] for task_id in tasks} == targets
    assert crew.contradictions() == []
    audited = crew.desk.execute("select action, username from ops.audit_event order by audit_event_id")
    told = [row["action"] for row in audited if row["username"] == "sluice user"]
    assert sorted(told) == ["assign_task", "assign_task", "disable_account"]


async def test_what_one_owned_is_owned_by_another(crew: Crew, switch: Switch) -> None:
    tasks = [await crew.new_task() for _ in range(2)]
    await switch("disable", f"user-{COORDINATORS[0]}")
    assert {crew.task(task_id)["owner"] for task_id in tasks} == {COORDINATORS[1]}


async def test_nothing_is_given_to_who_is_away(crew: Crew, switch: Switch) -> None:
    await switch("disable", f"user-{ANA}")
    tasks = [await crew.new_task() for _ in range(3)]
    assert {crew.open_item(task_id)["user_id"] for task_id in tasks} == {BO}
    body = {"new_user_id": ANA, "task_item_id": crew.open_item(tasks[0])["task_item_id"]}
    refused = await crew.send("POST", "/tasks/transfer/", ADMIN, body)
    assert refused.status_code == 404, refused.text


async def test_what_nobody_could_take_is_taken_by_who_comes_back(crew: Crew, switch: Switch) -> None:
    for user_id in AGENTS:
        await switch("disable", f"user-{user_id}")
    task_id = await crew.new_task()
    assert crew.task(task_id)["needs_assignment"] is True
    assert await switch("enable", f"user-{BO}") == 1
    assert crew.open_item(task_id)["user_id"] == BO
    assert crew.contradictions() == []


async def test_an_account_nobody_knows_is_said_to_be_none(switch: Switch) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        await switch("disable", "nobody")
