"""Who leaves a role leaves no work behind, and who joins finds what was waiting."""

import asyncio
from typing import Any

from tests.factories.auth_service import AuthService, membership_message, role_message
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, MANAGERS, TECHNICIANS, Crew

LATER = 60 * 24


def departure(role_id: int, user_id: int) -> dict[str, Any]:
    return membership_message(role_id, user_id, LATER, is_active=False)


class TestLeaving:
    async def test_hands_open_items_to_the_next_of_the_role(
        self, crew: Crew, auth_service: AuthService
    ) -> None:
        tasks = [await crew.new_task() for _ in range(4)]
        before = {task_id: crew.open_item(task_id) for task_id in tasks}
        result = await auth_service.tell(departure(crew.roles.agent, AGENTS[0]))
        assert (result["status"], result["reassigned_tasks"]) == ("applied", 2)
        for task_id in tasks:
            new, old = crew.open_item(task_id), before[task_id]
            assert new["user_id"] == AGENTS[1]
            if old["user_id"] == AGENTS[1]:
                assert new == old
                continue
            left = crew.items(task_id)[0]
            assert (left["status"], left["transferred_to_id"]) == ("reassigned", new["role_user_id"])
            assert (new["origin"], new["from_task_item_id"]) == ("System", left["task_item_id"])
            assert new["target_resolution"] == old["target_resolution"]
            assert "left the role" in new["handover_note"]
            assert crew.audited(task_id)[-1][0] == "assign_task"
            assert crew.told(task_id)[-1] == "assigned"
            assert crew.task(task_id)["version"] == 2
        assert crew.contradictions() == []

    async def test_leaves_a_step_waiting_when_nobody_is_left(
        self, crew: Crew, auth_service: AuthService
    ) -> None:
        task_id = await crew.new_task()
        for user_id in AGENTS:
            await auth_service.tell(departure(crew.roles.agent, user_id))
        assert crew.task(task_id)["needs_assignment"] is True
        assert [item["status"] for item in crew.items(task_id)] == ["reassigned", "reassigned"]
        assert crew.told(task_id)[-1] == "unassigned"
        listed = (await crew.send("GET", "/tasks/all-tasks/?tab=unassigned", ADMIN)).json()
        assert [row["task_id"] for row in listed["results"]] == [task_id]
        assert crew.contradictions() == []

    async def test_hands_on_what_one_owns(self, crew: Crew, auth_service: AuthService) -> None:
        tasks = [await crew.new_task() for _ in range(2)]
        assert {crew.task(task_id)["owner"] for task_id in tasks} == set(COORDINATORS)
        for leaving, owners in ((9, {10}), (10, {None})):
            await auth_service.tell(departure(crew.roles.coordinator, leaving))
            assert {crew.task(task_id)["owner"] for task_id in tasks} == owners
        assert crew.audited(tasks[0])[-1][0] == "ticket_owner_transfer"

    async def test_keeps_what_was_escalated_where_it_was_escalated_to(
        self, crew: Crew, auth_service: AuthService
    ) -> None:
        task_id = await crew.new_task()
        body = {"task_item_id": crew.open_item(task_id)["task_item_id"], "reason": "Stuck"}
        await crew.send("POST", "/tasks/escalate/", ADMIN, body)
        for _ in MANAGERS:
            holder = crew.open_item(task_id)["user_id"]
            assert holder in MANAGERS
            await auth_service.tell(departure(crew.roles.manager, holder))
        assert crew.open_item(task_id)["user_id"] in AGENTS
        assert crew.contradictions() == []

    async def test_touches_no_finished_work(self, crew: Crew, auth_service: AuthService) -> None:
        task_id = await crew.new_completed()
        before = (crew.task(task_id), crew.items(task_id))
        for user_id in (*AGENTS, *TECHNICIANS):
            for role_id in (crew.roles.agent, crew.roles.technician):
                await auth_service.tell(departure(role_id, user_id))
        assert (crew.task(task_id), crew.items(task_id)) == before

    async def test_while_on_hold_leaves_the_successor_the_time_that_was_left(
        self, crew: Crew, auth_service: AuthService
    ) -> None:
        task_id = await crew.new_task()
        await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})
        old = crew.open_item(task_id)
        await auth_service.tell(departure(crew.roles.agent, old["user_id"]))
        new = crew.open_item(task_id)
        held_at = crew.task(task_id)["hold_started_at"]
        assert new["target_resolution"] - new["assigned_on"] == old["target_resolution"] - held_at
        assert crew.contradictions() == []

    async def test_with_the_role_itself(self, crew: Crew, auth_service: AuthService) -> None:
        task_id = await crew.new_task()
        await auth_service.tell(role_message(crew.roles.agent, LATER, "delete", name="Agent"))
        assert crew.task(task_id)["needs_assignment"] is True
        back = role_message(crew.roles.agent, LATER + 1, "create", name="Agent")
        assert (await auth_service.tell(back))["assigned_tasks"] == 1
        assert crew.open_item(task_id)["user_id"] in AGENTS
        assert crew.contradictions() == []

    async def test_waits_for_what_is_being_handed_out(self, crew: Crew, auth_service: AuthService) -> None:
        with crew.desk.holding("select from ops.audit_chain for update") as others:
            task = asyncio.create_task(crew.new_task())
            await others.wait_for(1)
            leaving = asyncio.create_task(auth_service.tell(departure(crew.roles.agent, AGENTS[0])))
            await others.wait_for(2)
        assert (await leaving)["reassigned_tasks"] == 1
        assert crew.open_item(await task)["user_id"] == AGENTS[1]

    async def test_loses_nothing_to_those_who_act_meanwhile(
        self, crew: Crew, auth_service: AuthService
    ) -> None:
        tasks = [await crew.new_task() for _ in range(12)]
        answers = await asyncio.gather(
            *(crew.move(task_id, crew.assign) for task_id in tasks),
            auth_service.send(departure(crew.roles.agent, AGENTS[0])),
            auth_service.send(departure(crew.roles.technician, TECHNICIANS[0])),
            *(crew.new_task() for _ in range(6)),
        )
        statuses = {answer.status_code for answer in answers if not isinstance(answer, int)}
        assert statuses <= {200, 403, 503}
        for role_id, user_id in ((crew.roles.agent, AGENTS[0]), (crew.roles.technician, TECHNICIANS[0])):
            await auth_service.tell(departure(role_id, user_id))
            held = "select count(*) from ops.task_item item join ops.role_user using (role_user_id) "
            held += "where role_id = %s and user_id = %s and closed_at is null"
            assert crew.desk.scalar(held, role_id, user_id) == 0
        assert crew.contradictions() == []


class TestJoining:
    async def test_finds_what_was_waiting(self, crew: Crew, auth_service: AuthService) -> None:
        for user_id in AGENTS:
            crew.desk.set_active(crew.roles.agent, user_id, is_active=False)
        tasks = [await crew.new_task() for _ in range(3)]
        assert all(crew.task(task_id)["needs_assignment"] for task_id in tasks)
        result = await auth_service.tell(membership_message(crew.roles.agent, AGENTS[0], LATER))
        assert result["assigned_tasks"] == 3
        for task_id in tasks:
            assert crew.open_item(task_id)["user_id"] == AGENTS[0]
            assert crew.task(task_id)["needs_assignment"] is False
            assert crew.audited(task_id)[-1] == ("assign_task", None)
        assert crew.contradictions() == []

    async def test_another_role_finds_nothing(self, crew: Crew, auth_service: AuthService) -> None:
        for user_id in AGENTS:
            crew.desk.set_active(crew.roles.agent, user_id, is_active=False)
        task_id = await crew.new_task()
        await auth_service.tell(membership_message(crew.roles.technician, 70, LATER))
        assert crew.task(task_id)["needs_assignment"] is True

    async def test_shares_what_was_waiting_in_turn(self, crew: Crew) -> None:
        for user_id in AGENTS:
            crew.desk.set_active(crew.roles.agent, user_id, is_active=False)
        tasks = [await crew.new_task() for _ in range(4)]
        people = [{"user_id": user_id, "user_full_name": f"Staff {user_id}"} for user_id in (81, 82)]
        body = {"role_id": crew.roles.agent, "name": "Agent", "users": people}
        assert (await crew.send("POST", "/roles/", ADMIN, body)).status_code == 200
        assert [crew.open_item(task_id)["user_id"] for task_id in tasks] == [81, 82, 81, 82]
