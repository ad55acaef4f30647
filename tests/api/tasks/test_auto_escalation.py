"""A step that asks for it is passed on to the role above when its task is breached."""

import pytest

from tests.api.tasks.timeline import Timeline
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, MANAGERS, Crew

ASSIGNEE, COORDINATOR = AGENTS[0], COORDINATORS[0]
BY_CLOCK = "Escalated by the SLA clock"


async def let_steps_escalate(crew: Crew, **triage: object) -> None:
    changes = {crew.triage: {"auto_escalate": True, **triage}, crew.repair: {"auto_escalate": True}}
    for step_id, body in changes.items():
        answer = await crew.send("PUT", f"/steps/{step_id}/", ADMIN, body)
        assert answer.status_code == 200, answer.text
    answer = await crew.send("POST", f"/workflows/{crew.workflow_id}/initialize/", ADMIN)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def escalating(timeline: Timeline) -> Timeline:
    await let_steps_escalate(timeline.crew)
    return timeline


class TestBreach:
    async def test_passes_the_step_on_as_the_system(self, escalating: Timeline) -> None:
        crew = escalating.crew
        task_id = await escalating.new_task()
        counts = await escalating.sweep("10:01")
        assert counts["escalated"] == 1
        old, new = crew.items(task_id)
        assert (old["status"], old["user_id"], old["notes"]) == ("escalated", ASSIGNEE, BY_CLOCK)
        assert (new["status"], new["user_id"], new["origin"]) == ("new", MANAGERS[0], "Escalation")
        assert new["from_task_item_id"] == old["task_item_id"]
        assert new["target_resolution"] == old["target_resolution"]
        assert crew.told(task_id)[-2:] == ["breached", "escalated"]
        assert crew.audited(task_id)[-1] == ("escalate_task", None)
        assert crew.contradictions() == []

    async def test_tells_both_sides_and_everybody_of_the_breach(self, escalating: Timeline) -> None:
        await escalating.new_task()
        await escalating.sweep("10:01")
        rows = escalating.crew.desk.execute(
            "select user_id, facts ->> 'direction' as direction, message from ops.notification "
            "where type = 'task_escalation' order by direction desc"
        )
        sides = [(row["user_id"], row["direction"]) for row in rows]
        assert sides == [(ASSIGNEE, "out"), (MANAGERS[0], "in")]
        assert all(BY_CLOCK in row["message"] for row in rows)
        breached = [user_id for level, user_id in escalating.news() if level == "breach"]
        assert breached == sorted([ASSIGNEE, COORDINATOR, *MANAGERS])

    async def test_passes_a_step_on_once(self, escalating: Timeline) -> None:
        crew = escalating.crew
        task_id = await escalating.new_task()
        for shows in ("10:01", "10:02", "20:00"):
            await escalating.sweep(shows)
        assert len(crew.items(task_id)) == 2
        await escalating.move("20:01", task_id, crew.assign)
        assert await escalating.sweep("20:02") == {}

    async def test_takes_turns_in_the_role_above(self, escalating: Timeline) -> None:
        crew = escalating.crew
        task_ids = [await escalating.new_task() for _ in range(3)]
        await escalating.sweep("10:01")
        holders = [crew.open_item(task_id)["user_id"] for task_id in task_ids]
        assert holders == [MANAGERS[0], MANAGERS[1], MANAGERS[0]]

    async def test_of_steps_of_two_roles_at_once_passes_both_on(self, timeline: Timeline) -> None:
        crew = timeline.crew
        director = crew.desk.add_role("Director", [20])
        await let_steps_escalate(crew, escalate_to=director)
        first, second = await timeline.new_task(), await timeline.new_task()
        await timeline.move("00:30", second, crew.assign)
        counts = await timeline.sweep("10:01")
        assert (counts["escalated"], counts["breach"]) == (2, 2)
        assert [crew.open_item(task_id)["user_id"] for task_id in (first, second)] == [20, MANAGERS[0]]

    async def test_of_a_held_task_leaves_it_on_hold(self, escalating: Timeline) -> None:
        crew = escalating.crew
        task_id = await escalating.new_task()
        await escalating.toggle_hold("10:30", task_id)
        await escalating.sweep("12:00")
        assert (crew.task(task_id)["status"], crew.open_item(task_id)["user_id"]) == ("on_hold", MANAGERS[0])
        assert crew.contradictions() == []


class TestNobodyToTakeIt:
    async def test_leaves_the_step_where_it_is(self, escalating: Timeline) -> None:
        crew = escalating.crew
        for manager in MANAGERS:
            crew.desk.set_active(crew.roles.manager, manager, is_active=False)
        task_id = await escalating.new_task()
        counts = await escalating.sweep("10:01")
        assert (counts["breach"], counts["escalated"]) == (1, 0)
        assert crew.open_item(task_id)["user_id"] == ASSIGNEE
        told = [user_id for level, user_id in escalating.news() if level == "breach"]
        assert told == [ASSIGNEE, COORDINATOR]

    async def test_because_the_role_above_holds_it_already(self, escalating: Timeline) -> None:
        crew = escalating.crew
        task_id = await escalating.new_task()
        escalating.at("05:00")
        body = {"task_item_id": crew.open_item(task_id)["task_item_id"], "reason": "Stuck"}
        assert (await crew.send("POST", "/tasks/escalate/", ADMIN, body)).status_code == 200
        counts = await escalating.sweep("10:01")
        assert (counts["breach"], counts["escalated"]) == (1, 0)
        assert (crew.open_item(task_id)["user_id"], len(crew.items(task_id))) == (MANAGERS[0], 2)

    async def test_because_nobody_holds_the_step(self, escalating: Timeline) -> None:
        crew = escalating.crew
        for agent in AGENTS:
            crew.desk.set_active(crew.roles.agent, agent, is_active=False)
        task_id = await escalating.new_task()
        counts = await escalating.sweep("10:01")
        assert (counts["breach"], counts["escalated"], crew.items(task_id)) == (1, 0, [])


class TestStepThatDoesNotAskForIt:
    async def test_stays_with_its_holder(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        counts = await timeline.sweep("10:01")
        assert (counts["breach"], counts["escalated"]) == (1, 0)
        assert timeline.crew.open_item(task_id)["user_id"] == ASSIGNEE
