"""Tickets that stay resolved long enough are closed, whoever is at them meanwhile."""

import asyncio
from typing import Any

import pytest

from api.settings import ApiSettings
from api.worker import timers
from tests.api.tasks.timeline import MIDNIGHT, Timeline, instant
from tests.factories.crew import ADMIN
from tests.factories.wall_clock import WallClock

REQUESTER = {"id": 77, "name": "Eva E", "email": "eva@example.org"}


class Desk72:
    """Resolves tickets at nine o'clock, and closes what is due."""

    def __init__(self, timeline: Timeline, settings: ApiSettings) -> None:
        self.timeline = timeline
        self.crew = timeline.crew
        self.settings = settings

    async def resolve(self, shows: str = "09:00", **changes: Any) -> int:
        task_id = await self.timeline.new_task("08:00", requester=REQUESTER, **changes)
        await self.timeline.move("08:30", task_id, self.crew.assign)
        await self.timeline.move(shows, task_id, None)
        return task_id

    async def close(self, shows: str, **settings: Any) -> int:
        self.timeline.at(shows)
        chosen = self.settings.model_copy(update=settings)
        return await timers.close_resolved(self.timeline.database, chosen, instant(shows))

    def status(self, task_id: int) -> str:
        return str(self.crew.task(task_id)["ticket_status"])


@pytest.fixture
def desk72(timeline: Timeline, settings: ApiSettings) -> Desk72:
    return Desk72(timeline, settings)


class TestResolvedTicket:
    async def test_is_closed_after_three_days_and_not_before(self, desk72: Desk72) -> None:
        task_id = await desk72.resolve()
        assert (await desk72.close("80:59"), desk72.status(task_id)) == (0, "Resolved")
        assert (await desk72.close("81:00"), desk72.status(task_id)) == (1, "Closed")
        assert await desk72.close("81:01") == 0
        assert desk72.crew.contradictions() == []

    async def test_is_told_to_its_master_and_to_who_asked(self, desk72: Desk72) -> None:
        await desk72.resolve()
        await desk72.close("81:00")
        (event,) = desk72.crew.desk.execute(
            "select from_value, actor_user_id, occurred_at from ops.ticket_event where to_value = 'Closed'"
        )
        assert event == {"from_value": "Resolved", "actor_user_id": None, "occurred_at": instant("81:00")}
        (news,) = desk72.crew.desk.execute(
            "select payload from ops.outbox_event where payload ->> 'new' = 'Closed'"
        )
        assert (news["payload"]["old"], news["payload"]["changed_by"]) == ("Resolved", None)
        (notice,) = desk72.crew.desk.execute(
            "select user_type, user_id from ops.notification where type = 'ticket_closed'"
        )
        assert notice == {"user_type": "employee", "user_id": 77}

    async def test_stays_when_a_setting_says_so(self, desk72: Desk72) -> None:
        task_id = await desk72.resolve()
        assert await desk72.close("9000:00", close_resolved_after_hours=0) == 0
        assert await desk72.close("10:00", close_resolved_after_hours=1.5) == 0
        assert await desk72.close("10:30", close_resolved_after_hours=1.5) == 1
        assert desk72.status(task_id) == "Closed"

    async def test_counts_from_its_last_resolution(self, desk72: Desk72) -> None:
        timeline = desk72.timeline
        task_id = await desk72.resolve(ticket_number="TX1")
        await timeline.tell("20:00", ticket_number="TX1", status="In Progress")
        assert await desk72.close("81:00") == 0
        await timeline.move("82:00", task_id, None)
        assert [await desk72.close(shows) for shows in ("153:59", "154:00")] == [0, 1]

    async def test_of_a_log_stays_as_the_log_left_it(self, desk72: Desk72) -> None:
        task_id = await desk72.resolve()
        desk72.crew.desk.execute("update ops.ticket_snapshot set status_since = null, last_event_id = null")
        assert (await desk72.close("9000:00"), desk72.status(task_id)) == (0, "Resolved")

    async def test_without_a_task_is_closed_too(self, desk72: Desk72) -> None:
        await desk72.timeline.tell("08:00", ticket_number="TX1", category="Gardening", status="Resolved")
        desk72.crew.desk.execute("update ops.ticket_snapshot set status_since = %s", MIDNIGHT)
        assert await desk72.close("72:00") == 1

    async def test_is_closed_in_as_many_batches_as_it_takes(self, desk72: Desk72) -> None:
        await desk72.resolve()
        desk72.crew.desk.execute(
            "insert into ops.ticket_snapshot "
            "(ticket_number, subject, status, priority, submit_date, status_since, last_event_id) "
            "select 'M' || n, 'Many', 'Resolved', 'Low', %s, %s, 'm' || n from generate_series(1, 250) n",
            MIDNIGHT,
            MIDNIGHT,
        )
        assert await desk72.close("81:00") == 251


class TestSomebodyAtIt:
    @pytest.mark.parametrize("table", ["task", "ticket_snapshot"])
    async def test_leaves_the_ticket_for_the_next_run(self, desk72: Desk72, table: str) -> None:
        task_id = await desk72.resolve()
        with desk72.crew.desk.holding(f"select from ops.{table} for update"):
            assert await desk72.close("81:00") == 0
        assert (await desk72.close("81:01"), desk72.status(task_id)) == (1, "Closed")

    async def test_does_not_close_what_is_just_taken_up_again(self, desk72: Desk72) -> None:
        task_id = await desk72.resolve(ticket_number="TX1")
        with desk72.crew.desk.holding("lock table ops.ticket_event in share mode") as others:
            reopening = asyncio.create_task(
                desk72.timeline.tell("81:00", ticket_number="TX1", status="In Progress")
            )
            await others.wait_for(1)
            assert await desk72.close("81:00") == 0
        await reopening
        assert (await desk72.close("81:01"), desk72.status(task_id)) == (0, "In Progress")

    async def test_closes_a_ticket_once_in_two_runs_at_once(self, desk72: Desk72) -> None:
        await desk72.resolve()
        with desk72.crew.desk.holding("lock table ops.ticket_event in share mode") as others:
            first = asyncio.create_task(desk72.close("81:00"))
            await others.wait_for(1)
            assert await desk72.close("81:00") == 0
        assert await first == 1
        statement = "select count(*) from ops.notification where type = 'ticket_closed'"
        assert desk72.crew.desk.scalar(statement) == 1


class TestCalendar:
    @pytest.fixture
    async def office(self, desk72: Desk72, wall_clock: WallClock) -> str:  # noqa: ARG002 - made by it
        # 14 February 2040 is a Tuesday.
        hours = {day: [{"opens": "09:00", "closes": "17:00"}] for day in ("tuesday", "wednesday")}
        body = {"name": "Office", "time_zone": "UTC", "weekly_hours": hours}
        answer = await desk72.crew.send("POST", "/sla/calendars/", ADMIN, body)
        assert answer.status_code == 201, answer.text
        return "office"

    async def test_counts_its_working_hours_only(self, desk72: Desk72, office: str) -> None:
        await desk72.resolve("13:00")
        rule = {"close_resolved_after_hours": 6, "close_calendar": office}
        # Four hours on Tuesday and two on Wednesday.
        assert [await desk72.close(shows, **rule) for shows in ("19:00", "34:59", "35:00")] == [0, 0, 1]

    async def test_of_an_unknown_name_closes_nothing(self, desk72: Desk72) -> None:
        await desk72.resolve()
        assert await desk72.close("9000:00", close_calendar="Nowhere") == 0
