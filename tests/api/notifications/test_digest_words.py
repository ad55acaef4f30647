"""What a digest says: what happened to somebody's tickets and why, and where they stand now."""

import re
from datetime import datetime, timedelta

import pytest

from api.kit.clock import utc_now
from api.kit.db import Database
from api.settings import ApiSettings
from api.worker.digests import write_digests
from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, TECHNICIANS, Crew
from tests.factories.digests import ask_for_digest, make_due, written_digests


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
        (digest,) = written_digests(crew.desk)
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
        await ask_for_digest(crew, reader)
        for name in ("Mute", "Cable", "Screen"):
            # Every other one is the colleague's.
            task_id = await crew.new_task(subject=name, priority="Critical")
            await crew.move(task_id, crew.assign)
            make_due(crew.desk, task_id, tomorrow + timedelta(hours=9))
            await crew.new_repair()
        mute, cable, screen = (task_id for task_id in range(1, 7, 2))
        make_due(crew.desk, mute, yesterday + timedelta(hours=16))
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
- hh:mm  Transferred to Staff 8 at Repair by user 1: “On leave”"""
        )

    async def test_tell_a_coordinator_who_has_what_and_what_was_closed(
        self,
        crew: Crew,
        operations: Database,
        settings: ApiSettings,
        tomorrow: datetime,
        yesterday: datetime,
    ) -> None:
        reader = COORDINATORS[0]
        await ask_for_digest(crew, reader)
        for role in (AGENTS, TECHNICIANS):
            for user_id in role:
                crew.desk.set_active(
                    crew.roles.agent if role is AGENTS else crew.roles.technician,
                    user_id,
                    is_active=user_id == role[0],
                )
        done = await crew.new_task(submit_date=utc_now().isoformat())
        for transition_id in (crew.assign, None):
            await crew.move(done, transition_id)
        await crew.tell(subject="Somebody else's")
        open_task = await crew.new_task(subject="Cable", priority="Low")
        crew.desk.set_active(crew.roles.technician, TECHNICIANS[0], is_active=False)
        await crew.new_task()
        waiting = await crew.new_task(subject="Screen")
        await crew.move(waiting, crew.assign)
        assert {crew.task(task_id)["owner"] for task_id in (done, open_task, waiting)} == {reader}
        make_due(crew.desk, open_task, tomorrow + timedelta(days=1))
        make_due(crew.desk, waiting, tomorrow + timedelta(days=2))
        subject, message = await self.read(crew, operations, settings, reader, tomorrow)
        day = f"{yesterday.day} {yesterday:%B}"
        after, later = (tomorrow + timedelta(days=days) for days in (1, 2))
        assert subject == f"Your tickets on {day}: 2 open"
        assert (
            message
            == f"""\
3 tickets of yours moved on {yesterday:%A}, {day} {yesterday:%Y}. Times are those of UTC.

OPEN (2)

TX00000000000003  Cable (Low)
Triage, with Staff 4, due {after.day} {after:%B}, 07:00.
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage

TX00000000000005  Screen (High)
Repair, with nobody yet, due {later.day} {later:%B}, 07:00.
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage
- hh:mm  Moved from Triage to Repair by Staff 4: “done”

CLOSED (1)

TX00000000000001  No sound (High)
- hh:mm  Work on it began
- hh:mm  Assigned to Staff 4 at Triage
- hh:mm  Moved from Triage to Repair by Staff 4: “done”
- hh:mm  Assigned to Staff 7 at Repair
- hh:mm  Done by Staff 7: “done”"""
        )

    async def test_of_a_week_name_its_days(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, AGENTS[0], "weekly")
        task_id = await crew.new_task()
        make_due(crew.desk, task_id, tomorrow + timedelta(days=30))
        monday = tomorrow + timedelta(days=-tomorrow.weekday() % 7)
        subject, message = await self.read(crew, operations, settings, AGENTS[0], monday)
        first, last = monday - timedelta(days=7), monday - timedelta(days=1)
        days = f"from {first.day} {first:%B} to {last.day} {last:%B}"
        assert subject == f"Your tickets {days}: 1 open"
        assert f"moved from {first:%A}, {first.day} {first:%B %Y} to {last:%A}, {last.day}" in message
        now = utc_now()
        assert f"- {now:%a} {now.day} {now:%b}, hh:mm  Work on it began" in message

    async def test_leave_out_what_was_deleted(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, AGENTS[0])
        assert (await crew.send("DELETE", f"/tasks/{await crew.new_task()}/", ADMIN)).status_code < 300
        assert await write_digests(operations, settings, tomorrow) == 0

    async def test_stay_short_for_somebody_with_very_much_to_do(
        self, crew: Crew, operations: Database, settings: ApiSettings, tomorrow: datetime
    ) -> None:
        await ask_for_digest(crew, COORDINATORS[0])
        task_id = await crew.new_task(subject="Restless")
        for _ in range(21):
            await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})
        make_due(crew.desk, task_id, tomorrow + timedelta(days=1))
        crew.desk.execute(
            "insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date) "
            "select 'TY' || n, 'Idle', 'Open', 'Low', now() from generate_series(1, 60) n"
        )
        crew.desk.execute(
            "insert into ops.task (ticket_id, workflow_id, workflow_version_id, current_step_id, "
            "ticket_owner_id, priority_at_start, sla_started_at) "
            "select ticket.ticket_id, workflow_id, workflow_version_id, current_step_id, ticket_owner_id, "
            "'Low', now() from ops.ticket_snapshot ticket cross join ops.task "
            "where ticket.subject = 'Idle'"
        )
        subject, message = await self.read(crew, operations, settings, COORDINATORS[0], tomorrow)
        assert subject.endswith("61 open")
        assert message.count("\n\nT") == 50
        assert message.endswith("11 more tickets of yours are open.")
        assert "1 ticket of yours moved" in message
        assert "- 3 earlier changes\n- hh:mm  Taken up again by user 1" in message
