"""Each deadline of a task is told once, to whom it concerns, whenever and however often the timers run."""

import asyncio

import pytest

from api.settings import ApiSettings
from api.worker.context import open_context
from api.worker.queue import create_queue
from tests.api.tasks.timeline import Timeline, shown
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, MANAGERS

ASSIGNEE, COORDINATOR = AGENTS[0], COORDINATORS[0]
WARNED = [("warning", ASSIGNEE)]
CRITICAL = [("critical", ASSIGNEE), ("critical", COORDINATOR)]
BREACHED = [("breach", user_id) for user_id in sorted([ASSIGNEE, COORDINATOR, *MANAGERS])]


class TestTheCanonicalTask:
    """Ten hours from midnight: contract section 11."""

    async def test_is_told_at_each_of_its_deadlines_once(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        told = {
            shows: await timeline.told(shows)
            for shows in ("07:59", "08:00", "08:01", "09:00", "09:59", "10:00", "10:01", "10:02", "30:00")
        }
        assert {shows: news for shows, news in told.items() if news} == {
            "08:00": WARNED,
            "09:00": CRITICAL,
            "10:01": BREACHED,
        }
        assert timeline.crossings(task_id) == [(1, "08:00"), (2, "09:00"), (3, "10:00")]

    async def test_says_what_happened_and_when(self, timeline: Timeline) -> None:
        await timeline.new_task(ticket_number="TX1", subject="No sound")
        for shows in ("08:00", "10:01"):
            await timeline.sweep(shows)
        rows = timeline.crew.desk.execute(
            "select subject, message, occurred_at, task_item_id from ops.notification "
            "where type in ('sla_warning', 'sla_breach') and user_id = %s order by occurred_at",
            ASSIGNEE,
        )
        assert [(row["subject"], shown(row["occurred_at"])) for row in rows] == [
            ("TX1 has used 80% of its time: No sound", "08:00"),
            ("TX1 has used 90% of its time: No sound", "09:00"),
            ("TX1 is past its SLA target: No sound", "10:00"),
        ]
        assert rows[0]["message"] == (
            "TX1, 'No sound', had used 80% of its time at 2040-02-14 08:00 UTC. It is due by "
            "2040-02-14 10:00 UTC. The step 'Triage' is held by Staff 4."
        )
        assert rows[2]["message"] == (
            "TX1, 'No sound', was due by 2040-02-14 10:00 UTC and is not done. "
            "The step 'Triage' is held by Staff 4."
        )

    async def test_leaves_its_breach_in_both_histories(self, timeline: Timeline) -> None:
        crew = timeline.crew
        task_id = await timeline.new_task()
        await timeline.move("01:00", task_id, crew.assign)
        await timeline.sweep("10:30")
        (breach,) = crew.desk.execute("select * from ops.task_event where kind = 'breached'")
        assert (breach["task_id"], shown(breach["occurred_at"])) == (task_id, "10:00")
        (noted,) = crew.desk.execute("select * from ops.task_item_event where status = 'breached'")
        item = crew.open_item(task_id)
        # Three quarters of ten hours from one o'clock on.
        assert (noted["task_item_id"], shown(noted["occurred_at"])) == (item["task_item_id"], "08:30")
        assert (item["status"], item["breached_at"]) == ("new", noted["occurred_at"])
        assert (crew.task(task_id)["version"], crew.contradictions()) == (2, [])

    async def test_completed_at_its_target_was_in_time(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        await timeline.move("00:30", task_id, timeline.crew.assign)
        assert [level for level, _ in await timeline.told("09:59")] == ["warning", "critical", "critical"]
        await timeline.move("10:00", task_id, None)
        assert await timeline.told("10:01") == []
        assert "breached" not in timeline.crew.told(task_id)

    async def test_completed_late_is_told_although_no_timer_saw_it_open(self, timeline: Timeline) -> None:
        crew = timeline.crew
        task_id = await timeline.new_task()
        await timeline.move("00:30", task_id, crew.assign)
        await timeline.sweep("09:59")
        timeline.news()
        await timeline.move("10:01", task_id, None)
        assert [level for level, _ in timeline.news()] == ["breach"] * 4
        assert crew.told(task_id)[-2:] == ["breached", "completed"]
        assert (await timeline.told("10:02"), crew.contradictions()) == ([], [])

    async def test_held_for_two_hours_has_all_its_deadlines_two_hours_later(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        await timeline.toggle_hold("06:00", task_id)
        await timeline.toggle_hold("08:00", task_id)
        told = {shows: await timeline.told(shows) for shows in ("09:59", "10:00", "11:00", "12:00", "12:01")}
        assert told == {"09:59": [], "10:00": WARNED, "11:00": CRITICAL, "12:00": [], "12:01": BREACHED}
        assert timeline.crossings(task_id) == [(1, "10:00"), (2, "11:00"), (3, "12:00")]


class TestHold:
    async def test_lets_no_deadline_pass(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        await timeline.toggle_hold("07:59", task_id)
        assert await timeline.told("30:00") == []

    @pytest.mark.parametrize(
        ("held_at", "told"), [("09:30", WARNED + CRITICAL), ("10:30", WARNED + CRITICAL + BREACHED)]
    )
    async def test_hides_none_that_passed_before_it_began(
        self, timeline: Timeline, held_at: str, told: list[tuple[str, int]]
    ) -> None:
        task_id = await timeline.new_task()
        await timeline.toggle_hold(held_at, task_id)
        assert await timeline.told("20:00") == told

    async def test_begun_at_the_target_itself_is_no_breach(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        await timeline.toggle_hold("10:00", task_id)
        assert await timeline.told("20:00") == WARNED + CRITICAL
        await timeline.toggle_hold("20:00", task_id)
        assert await timeline.told("20:00") == []
        assert await timeline.told("20:01") == BREACHED

    async def test_and_resumption_tell_nothing_again(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        assert await timeline.told("08:00") == WARNED
        await timeline.toggle_hold("08:30", task_id)
        await timeline.toggle_hold("12:30", task_id)
        assert [await timeline.told(shows) for shows in ("12:31", "12:59", "13:00")] == [[], [], CRITICAL]


class TestReopening:
    async def test_tells_nothing_again(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task(ticket_number="TX1")
        await timeline.move("00:30", task_id, timeline.crew.assign)
        await timeline.sweep("08:00")
        timeline.news()
        await timeline.move("08:30", task_id, None)
        result = await timeline.tell("12:30", ticket_number="TX1", status="In Progress")
        assert result["task_id"] == task_id
        levels = [[level for level, _ in await timeline.told(shows)] for shows in ("12:31", "13:00", "14:01")]
        assert levels == [[], ["critical"] * 2, ["breach"] * 4]


class TestPriority:
    async def test_that_gives_more_time_has_its_deadlines_told_anew(self, timeline: Timeline) -> None:
        await timeline.new_task(ticket_number="TX1")
        assert await timeline.told("09:00") == WARNED + CRITICAL
        await timeline.tell("09:30", ticket_number="TX1", priority="Medium")
        told = {shows: await timeline.told(shows) for shows in ("09:31", "31:59", "32:00", "36:00", "40:01")}
        assert told == {"09:31": [], "31:59": [], "32:00": WARNED, "36:00": CRITICAL, "40:01": BREACHED}

    async def test_that_gives_less_time_is_told_at_once(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task(ticket_number="TX1")
        await timeline.tell("05:00", ticket_number="TX1", priority="Critical")
        assert await timeline.told("05:00") == WARNED + CRITICAL + BREACHED
        assert timeline.crossings(task_id) == [(1, "03:12"), (2, "03:36"), (3, "04:00")]
        await timeline.tell("05:30", ticket_number="TX1", priority="High")
        assert [await timeline.told(shows) for shows in ("07:59", "08:00")] == [[], WARNED]

    async def test_given_while_the_task_was_done_tells_nothing_again(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task(ticket_number="TX1")
        timeline.promise("Medium", hours=10.5)
        assert await timeline.told("08:30") == WARNED
        await timeline.move("08:30", task_id, timeline.crew.assign)
        await timeline.move("08:30", task_id, None)
        await timeline.tell("09:00", ticket_number="TX1", priority="Medium", status="Resolved")
        await timeline.tell("12:30", ticket_number="TX1", priority="Medium", status="In Progress")
        # Eight and a half hours are used: more than 80 % of ten and a half.
        levels = [[level for level, _ in await timeline.told(shows)] for shows in ("12:31", "13:27")]
        assert levels == [[], ["critical"] * 2]

    async def test_without_a_target_leaves_nothing_to_tell(self, timeline: Timeline) -> None:
        await timeline.new_task(ticket_number="TX1")
        timeline.promise("Medium", hours=None)
        await timeline.tell("08:30", ticket_number="TX1", priority="Medium")
        assert await timeline.told("90:00") == []


class TestRecipients:
    async def test_of_a_step_that_nobody_holds_is_its_coordinator(self, timeline: Timeline) -> None:
        crew = timeline.crew
        for agent in AGENTS:
            crew.desk.set_active(crew.roles.agent, agent, is_active=False)
        await timeline.new_task()
        assert await timeline.told("08:00") == [("warning", COORDINATOR)]
        assert await timeline.told("09:00") == [("critical", COORDINATOR)]
        expected = [("breach", user_id) for user_id in sorted([COORDINATOR, *MANAGERS])]
        assert await timeline.told("10:01") == expected

    async def test_in_two_capacities_is_told_once(self, timeline: Timeline) -> None:
        crew = timeline.crew
        crew.desk.add_role("Manager", [ASSIGNEE, COORDINATOR])
        await timeline.new_task()
        assert await timeline.told("10:01") == WARNED + CRITICAL + BREACHED

    async def test_who_left_the_role_above_is_not_told(self, timeline: Timeline) -> None:
        crew = timeline.crew
        crew.desk.set_active(crew.roles.manager, MANAGERS[0], is_active=False)
        await timeline.new_task()
        told = [user_id for level, user_id in await timeline.told("10:01") if level == "breach"]
        assert told == sorted([ASSIGNEE, COORDINATOR, MANAGERS[1]])

    async def test_is_who_holds_the_task_when_its_time_runs_out(self, timeline: Timeline) -> None:
        crew = timeline.crew
        task_id = await timeline.new_task()
        timeline.at("04:00")
        body = {"task_item_id": crew.open_item(task_id)["task_item_id"], "new_user_id": AGENTS[1]}
        assert (await crew.send("POST", "/tasks/transfer/", ADMIN, body)).status_code == 200
        assert await timeline.told("08:00") == [("warning", AGENTS[1])]

    async def test_hears_nothing_of_a_task_that_is_over(self, timeline: Timeline) -> None:
        await timeline.new_task(ticket_number="TX1")
        await timeline.tell("07:00", ticket_number="TX1", status="Withdrawn")
        deleted = await timeline.new_task("07:00")
        answer = await timeline.crew.send("DELETE", f"/tasks/{deleted}/", ADMIN)
        assert answer.status_code == 204, answer.text
        assert await timeline.told("40:00") == []


class TestWorker:
    async def test_runs_the_timers_as_a_job_of_every_minute(
        self, timeline: Timeline, settings: ApiSettings
    ) -> None:
        await timeline.new_task()
        timeline.at("08:00")
        async with open_context(settings) as context:
            app = create_queue(context)
            crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
            assert crons["run_timers"] == "* * * * *"
            async with app.open_async():
                await app.configure_task("run_timers").defer_async(timestamp=0)
                await app.run_worker_async(queues=["timers"], wait=False, install_signal_handlers=False)
        assert timeline.news() == WARNED

    async def test_that_was_down_makes_up_for_every_deadline(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        assert await timeline.told("07:00") == []
        assert await timeline.told("10:06") == WARNED + CRITICAL + BREACHED
        assert timeline.crossings(task_id) == [(1, "08:00"), (2, "09:00"), (3, "10:00")]
        assert await timeline.told("10:07") == []

    async def test_passes_over_what_another_is_at(self, timeline: Timeline) -> None:
        first, second = await timeline.new_task(), await timeline.new_task()
        blocked = timeline.crew.desk.holding("lock table ops.sla_crossing in share mode")
        with blocked as others:
            running = asyncio.create_task(timeline.sweep("10:30"))
            await others.wait_for(1)
            # Both tasks are locked by the run that waits to write.
            assert await timeline.sweep("10:30") == {}
        assert (await running)["breach"] == 2
        assert await timeline.sweep("10:30") == {}
        assert [timeline.crossings(task_id) for task_id in (first, second)] == [
            [(1, "08:00"), (2, "09:00"), (3, "10:00")]
        ] * 2
        assert len(timeline.news()) == 2 * len(WARNED + CRITICAL + BREACHED)

    async def test_notes_a_late_item_once_beside_another(self, timeline: Timeline) -> None:
        await timeline.new_task()
        with timeline.crew.desk.holding("lock table ops.task_item_event in share mode") as others:
            running = asyncio.create_task(timeline.sweep("03:00"))
            await others.wait_for(1)
            assert await timeline.sweep("03:00") == {}
        assert await running == {"late_items": 1}
        assert await timeline.sweep("03:00") == {}

    async def test_leaves_a_task_for_later_while_somebody_changes_it(self, timeline: Timeline) -> None:
        task_id = await timeline.new_task()
        with timeline.crew.desk.holding(f"select from ops.task where task_id = {task_id} for update"):
            assert await timeline.told("08:00") == []
        assert await timeline.told("08:01") == WARNED


class TestItem:
    async def test_past_its_own_target_is_noted_and_not_told(self, timeline: Timeline) -> None:
        crew = timeline.crew
        task_id = await timeline.new_task()
        assert await timeline.sweep("02:30") == {}
        assert await timeline.sweep("02:31") == {"late_items": 1}
        assert await timeline.sweep("02:32") == {}
        item = crew.open_item(task_id)
        assert (shown(item["breached_at"]), item["status"]) == ("02:30", "new")
        assert (timeline.news(), crew.contradictions()) == ([], [])
        await timeline.move("03:00", task_id, crew.assign)
        assert crew.contradictions() == []

    async def test_on_hold_is_judged_when_the_hold_began(self, timeline: Timeline) -> None:
        held_before, held_after = await timeline.new_task(), await timeline.new_task()
        await timeline.toggle_hold("02:30", held_before)
        await timeline.toggle_hold("02:31", held_after)
        assert await timeline.sweep("07:00") == {"late_items": 1}
        assert timeline.crew.open_item(held_before)["breached_at"] is None

    async def test_handed_on_late_is_not_noted_a_second_time(self, timeline: Timeline) -> None:
        crew = timeline.crew
        task_id = await timeline.new_task()
        await timeline.sweep("02:31")
        timeline.at("04:00")
        body = {"task_item_id": crew.open_item(task_id)["task_item_id"], "new_user_id": AGENTS[1]}
        assert (await crew.send("POST", "/tasks/transfer/", ADMIN, body)).status_code == 200
        assert await timeline.sweep("04:01") == {}
        await timeline.sweep("10:01")
        first, second = crew.items(task_id)
        assert (shown(first["breached_at"]), shown(second["breached_at"])) == ("02:30", "10:00")
