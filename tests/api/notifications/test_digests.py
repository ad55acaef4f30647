"""Digests: what happened to somebody's tickets in a day or a week, and where they stand now."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.kit.clock import utc_now
from api.kit.db import Database
from api.notifications.digests import period_due
from api.notifications.enums import DigestPeriod
from api.settings import ApiSettings
from api.worker.digests import write_digests
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, TECHNICIANS, Crew
from tests.factories.desk import Desk
from tests.factories.postman import open_postman
from tests.fixtures.statements import StatementCount

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
# A Monday, in winter.
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


async def ask(crew: Crew, user_id: int, digest: str = "daily", **preferences: Any) -> None:
    answer = await crew.send("PUT", "/notifications/preferences/", user_id, {"digest": digest} | preferences)
    assert answer.status_code == 200, answer.text


def digests(desk: Desk) -> list[dict[str, Any]]:
    return desk.execute("select * from ops.notification where type = 'digest' order by user_id, created_at")


def due(desk: Desk, task_id: int, at: datetime) -> None:
    """Let a task and its open items be due at an instant."""
    desk.execute(
        "update ops.task set target_resolution = %s, at_risk_at = %s, critical_at = %s where task_id = %s",
        *(at, at, at, task_id),
    )
    item = "update ops.task_item set target_resolution = %s where task_id = %s and closed_at is null"
    desk.execute(item, at, task_id)


class TestPeriods:
    @pytest.mark.parametrize(
        ("now", "zone", "first"),
        [
            (MONDAY, UTC_ZONE, date(2026, 11, 29)),
            (MONDAY - timedelta(seconds=1), UTC_ZONE, None),
            (MONDAY.replace(hour=23, minute=59), UTC_ZONE, date(2026, 11, 29)),
            (MONDAY.replace(hour=6), BERLIN, date(2026, 11, 29)),
            (MONDAY.replace(hour=5, minute=59), BERLIN, None),
            (MONDAY.replace(hour=22), ZoneInfo("Pacific/Auckland"), date(2026, 11, 30)),
        ],
    )
    def test_of_a_day_are_due_from_the_hour_until_the_next_day_is_over(
        self, now: datetime, zone: ZoneInfo, first: date | None
    ) -> None:
        found = period_due(DigestPeriod.DAILY, zone, 7, now)
        assert (found and (found.first, found.last)) == (first and (first, first))

    def test_of_a_week_are_due_on_mondays(self) -> None:
        found = period_due(DigestPeriod.WEEKLY, UTC_ZONE, 7, MONDAY)
        assert found is not None
        assert (found.first, found.last) == (date(2026, 11, 23), date(2026, 11, 29))
        others = [MONDAY + timedelta(days=days) for days in range(1, 7)]
        assert [period_due(DigestPeriod.WEEKLY, UTC_ZONE, 7, now) for now in others] == [None] * 6

    def test_are_whole_days_also_when_the_clocks_change(self) -> None:
        found = period_due(DigestPeriod.DAILY, BERLIN, 7, datetime(2026, 10, 26, 7, tzinfo=UTC))
        assert found is not None
        assert (found.begins_at, found.ends_before) == (
            datetime(2026, 10, 24, 22, tzinfo=UTC),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
        )

    def test_are_never_due_for_who_wants_none(self) -> None:
        assert period_due(DigestPeriod.OFF, UTC_ZONE, 0, MONDAY) is None


@pytest.fixture
def tomorrow() -> datetime:
    """The morning on which what the tests do now is what happened yesterday."""
    return (utc_now() + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)


class TestWriting:
    async def test_is_done_for_those_who_asked_and_once(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask(crew, AGENTS[0])
        task_id = await crew.new_task()
        due(crew.desk, task_id, tomorrow + timedelta(days=9))
        counts = [
            await write_digests(operations, settings, tomorrow + timedelta(hours=hours))
            for hours in (-1, 0, 1, 15)
        ]
        assert counts == [0, 1, 0, 0]
        (digest,) = digests(crew.desk)
        day = (tomorrow - timedelta(days=1)).date()
        assert digest["user_id"] == AGENTS[0]
        assert digest["dedup_key"] == f"digest:daily:{day}:staff:{AGENTS[0]}"
        assert digest["facts"] == {
            "period": "daily",
            "first_day": str(day),
            "last_day": str(day),
            "open": 1,
            "overdue": 0,
        }
        assert crew.task(task_id)["ticket_number"] in digest["message"]
        assert await write_digests(operations, settings, tomorrow + timedelta(days=1)) == 1

    async def test_is_made_up_for_later_on_the_same_day_only(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask(crew, AGENTS[0])
        await crew.new_task()
        assert await write_digests(operations, settings, tomorrow.replace(hour=23)) == 1
        late = tomorrow + timedelta(days=2)
        assert await write_digests(operations, settings, late) == 1
        assert [row["facts"]["first_day"] for row in digests(crew.desk)] == [
            str((tomorrow - timedelta(days=1)).date()),
            str((late - timedelta(days=1)).date()),
        ]

    async def test_by_two_workers_at_once_writes_one(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask(crew, AGENTS[0])
        await crew.new_task()
        with crew.desk.holding("select 1 from ops.notification_setting for update") as others:
            writing = [asyncio.create_task(write_digests(operations, settings, tomorrow)) for _ in range(2)]
            await others.wait_for(2)
        assert sorted(await asyncio.gather(*writing)) == [0, 1]
        assert len(digests(crew.desk)) == 1

    async def test_says_nothing_where_there_is_nothing_to_say_not_even_later(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask(crew, AGENTS[0])
        assert await write_digests(operations, settings, tomorrow) == 0
        await crew.new_task()
        assert await write_digests(operations, settings, tomorrow + timedelta(hours=3)) == 0
        assert digests(crew.desk) == []

    async def test_keeps_the_hour_of_the_readers_own_zone(
        self,
        crew: Crew,
        operations: Database,
        settings: ApiSettings,
        calendar: dict[str, Any],
        tomorrow: datetime,
    ) -> None:
        calendar["time_zone"] = "Asia/Kolkata"
        made = (await crew.send("POST", "/sla/calendars/", ADMIN, calendar)).json()
        await ask(crew, AGENTS[0], quiet_calendar_id=made["calendar_id"])
        await ask(crew, COORDINATORS[0])
        await crew.new_task()
        india = tomorrow.replace(hour=1, minute=30)
        assert await write_digests(operations, settings, india - timedelta(seconds=1)) == 0
        assert await write_digests(operations, settings, india) == 1
        elsewhere = settings.model_copy(update={"timezone": "Pacific/Honolulu", "digest_hour": 9})
        assert await write_digests(operations, elsewhere, tomorrow.replace(hour=18, minute=59)) == 0
        assert await write_digests(operations, elsewhere, tomorrow.replace(hour=19)) == 1
        assert [row["user_id"] for row in digests(crew.desk)] == [AGENTS[0], COORDINATORS[0]]

    async def test_costs_the_same_for_any_number_of_tickets(
        self,
        crew: Crew,
        operations: Database,
        settings: ApiSettings,
        tomorrow: datetime,
        count_statements: StatementCount,
    ) -> None:
        await ask(crew, COORDINATORS[0])
        costs = []
        for days in range(2):
            for _ in range(1 + 4 * days):
                await crew.new_task()
            with count_statements() as statements:
                assert await write_digests(operations, settings, tomorrow + timedelta(days=days)) == 1
            costs.append(len(statements))
        # One for the list of who is due, the others for the one person.
        assert costs == [5, 5]

    async def test_of_one_person_does_not_hang_on_anothers(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        for user_id in (AGENTS[0], COORDINATORS[0]):
            await ask(crew, user_id)
        await crew.new_task()
        day = (tomorrow - timedelta(days=1)).date()
        crew.desk.execute(
            "insert into ops.notification (notification_id, dedup_key, user_id, type, subject, message, "
            "occurred_at) values (gen_random_uuid(), %s, %s, 'digest', '', '', now())",
            *(f"digest:daily:{day}:staff:{AGENTS[0]}", AGENTS[0]),
        )
        assert await write_digests(operations, settings, tomorrow) == 1
        assert [row["user_id"] for row in digests(crew.desk)] == [AGENTS[0], COORDINATORS[0]]

    async def test_is_a_job_of_the_worker(self, crew: Crew, settings: ApiSettings) -> None:
        await ask(crew, AGENTS[0])
        await crew.new_task()
        at_midnight = settings.model_copy(update={"digest_hour": 0})
        async with open_postman(at_midnight, crew.desk) as postman:
            await postman.queue.tasks["write_digests"].defer_async(timestamp=0)
            await postman.queue.run_worker_async(
                queues=["digests"], wait=False, install_signal_handlers=False, listen_notify=False
            )
        assert [row["user_id"] for row in digests(crew.desk)] == [AGENTS[0]]


@pytest.fixture
def yesterday(tomorrow: datetime) -> datetime:
    """Midnight before all that happens in a test."""
    return tomorrow.replace(hour=0) - timedelta(days=1)


class TestWords:
    """The clock of the desk is the real one: its times of day are told as hh:mm."""

    async def read(
        self, crew: Crew, operations: Database, settings: ApiSettings, user_id: int, now: datetime
    ) -> tuple[str, str]:
        assert await write_digests(operations, settings, now) == 1
        (digest,) = digests(crew.desk)
        assert digest["user_id"] == user_id
        return digest["subject"], re.sub(r"- (\w+ \d+ \w+, )?\d\d:\d\d", r"- \1hh:mm", digest["message"])

    async def test_tell_a_holder_what_happened_why_and_what_is_due(
        self,
        crew: Crew,
        operations: Database,
        settings: ApiSettings,
        tomorrow: datetime,
        yesterday: datetime,
    ) -> None:
        reader, colleague = TECHNICIANS
        await ask(crew, reader)
        for name in ("Mute", "Cable", "Screen"):
            # Every other one is the colleague's.
            task_id = await crew.new_task(subject=name, priority="Critical")
            await crew.move(task_id, crew.assign)
            due(crew.desk, task_id, tomorrow + timedelta(hours=9))
            await crew.new_repair()
        mute, cable, screen = (task_id for task_id in range(1, 7, 2))
        due(crew.desk, mute, yesterday + timedelta(hours=16))
        await crew.send("POST", f"/tasks/{cable}/toggle-hold/", reader, {"notes": "Waits for \n a part"})
        hand_over = {"task_item_id": crew.open_item(screen)["task_item_id"], "new_user_id": colleague}
        answer = await crew.send("POST", "/tasks/transfer/", ADMIN, hand_over | {"notes": "On leave"})
        assert answer.status_code == 200, answer.text
        held_since = crew.task(cable)["hold_started_at"]
        subject, message = await self.read(crew, operations, settings, reader, tomorrow)
        day = f"{yesterday.day} {yesterday:%B}"
        assert subject == f"Your tickets on {day}: 2 open, 1 overdue"
        assert (
            message
            == f"""\
3 tickets of yours moved on {yesterday:%A}, {day} {yesterday:%Y}. Times are those of UTC.

OVERDUE (1)

TX00000000000001  Mute (Critical)
Repair, with you, was due {day}, 16:00.
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage
- hh:mm  Moved from Triage to Repair by Staff 4: “done”
- hh:mm  Assigned to you at Repair

OPEN (1)

TX00000000000003  Cable (Critical)
Repair, with you, on hold since {day}, {held_since:%H:%M}.
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage
- hh:mm  Moved from Triage to Repair by Staff 4: “done”
- hh:mm  Assigned to you at Repair
- hh:mm  Put on hold by you: “Waits for a part”

NO LONGER WITH YOU (1)

TX00000000000005  Screen (Critical)
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage
- hh:mm  Moved from Triage to Repair by Staff 4: “done”
- hh:mm  Assigned to you at Repair
- hh:mm  Transferred to Staff 8 at Repair: “On leave”"""
        )
