"""Digests: who is written one, when, and how often."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from api.kit.db import Database
from api.notifications.digests import period_due
from api.notifications.enums import DigestPeriod
from api.settings import ApiSettings
from api.worker.digests import write_digests
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, Crew
from tests.factories.digests import ask_for_digest, make_due, written_digests
from tests.factories.postman import open_postman
from tests.fixtures.statements import StatementCount

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
# A Monday, in winter.
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


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


class TestWriting:
    async def test_is_done_for_those_who_asked_and_once(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, AGENTS[0])
        task_id = await crew.new_task()
        make_due(crew.desk, task_id, tomorrow + timedelta(days=9))
        counts = [
            await write_digests(operations, settings, tomorrow + timedelta(hours=hours))
            for hours in (-1, 0, 1, 15)
        ]
        assert counts == [0, 1, 0, 0]
        (digest,) = written_digests(crew.desk)
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
        await ask_for_digest(crew, AGENTS[0])
        await crew.new_task()
        assert await write_digests(operations, settings, tomorrow.replace(hour=23)) == 1
        late = tomorrow + timedelta(days=2)
        assert await write_digests(operations, settings, late) == 1
        assert [row["facts"]["first_day"] for row in written_digests(crew.desk)] == [
            str((tomorrow - timedelta(days=1)).date()),
            str((late - timedelta(days=1)).date()),
        ]

    async def test_by_two_workers_at_once_writes_one(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, AGENTS[0])
        await crew.new_task()
        with capture_logs() as lines:
            with crew.desk.holding("select 1 from ops.notification_setting for update") as others:
                writing = [
                    asyncio.create_task(write_digests(operations, settings, tomorrow)) for _ in range(2)
                ]
                await others.wait_for(2)
            assert sorted(await asyncio.gather(*writing)) == [0, 1]
        assert [line for line in lines if line["event"] == "digest_failed"] == []
        assert len(written_digests(crew.desk)) == 1

    async def test_says_nothing_where_there_is_nothing_to_say_not_even_later(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, AGENTS[0])
        assert await write_digests(operations, settings, tomorrow) == 0
        await crew.new_task()
        assert await write_digests(operations, settings, tomorrow + timedelta(hours=3)) == 0
        assert written_digests(crew.desk) == []

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
        await ask_for_digest(crew, AGENTS[0], quiet_calendar_id=made["calendar_id"])
        await ask_for_digest(crew, COORDINATORS[0])
        await crew.new_task()
        india = tomorrow.replace(hour=1, minute=30)
        assert await write_digests(operations, settings, india - timedelta(seconds=1)) == 0
        assert await write_digests(operations, settings, india) == 1
        elsewhere = settings.model_copy(update={"timezone": "Pacific/Honolulu", "digest_hour": 9})
        assert await write_digests(operations, elsewhere, tomorrow.replace(hour=18, minute=59)) == 0
        assert await write_digests(operations, elsewhere, tomorrow.replace(hour=19)) == 1
        assert [row["user_id"] for row in written_digests(crew.desk)] == [AGENTS[0], COORDINATORS[0]]

    async def test_costs_the_same_for_any_number_of_tickets(
        self,
        crew: Crew,
        operations: Database,
        settings: ApiSettings,
        tomorrow: datetime,
        count_statements: StatementCount,
    ) -> None:
        await ask_for_digest(crew, COORDINATORS[0])
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
            await ask_for_digest(crew, user_id)
        await crew.new_task()
        day = (tomorrow - timedelta(days=1)).date()
        crew.desk.execute(
            "insert into ops.notification (notification_id, dedup_key, user_id, type, subject, message, "
            "occurred_at) values (gen_random_uuid(), %s, %s, 'digest', '', '', now())",
            *(f"digest:daily:{day}:staff:{AGENTS[0]}", AGENTS[0]),
        )
        assert await write_digests(operations, settings, tomorrow) == 1
        assert [row["user_id"] for row in written_digests(crew.desk)] == [AGENTS[0], COORDINATORS[0]]

    async def test_is_a_job_of_the_worker(self, crew: Crew, settings: ApiSettings) -> None:
        await ask_for_digest(crew, AGENTS[0])
        await crew.new_task()
        at_midnight = settings.model_copy(update={"digest_hour": 0})
        async with open_postman(at_midnight, crew.desk) as postman:
            await postman.queue.tasks["write_digests"].defer_async(timestamp=0)
            await postman.queue.run_worker_async(
                queues=["digests"], wait=False, install_signal_handlers=False, listen_notify=False
            )
        assert [row["user_id"] for row in written_digests(crew.desk)] == [AGENTS[0]]
