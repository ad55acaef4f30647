import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb
from structlog.testing import capture_logs

from api.notifications.dispatch import dispatch
from api.notifications.jobs import defer_forgotten
from api.settings import ApiSettings
from tests.factories.crew import Crew
from tests.factories.desk import Desk
from tests.factories.notices import add_notification
from tests.factories.postman import Postman

TECHNICIAN_ID = 7


def shown_in_app(desk: Desk) -> list[bool]:
    return [row["in_app"] for row in desk.execute("select in_app from ops.notification order by created_at")]


class TestChannels:
    async def test_mail_becomes_a_line_of_the_log_where_there_is_no_server(self, postman: Postman) -> None:
        postman.add_account()
        with capture_logs() as lines:
            await postman.tell()
        (line,) = [line for line in lines if line["event"] == "notification"]
        assert (line["recipient"], line["notification_type"]) == ("kim@desk.test", "task_assignment")
        assert line["subject"] == "TX1 is yours"
        delivery = postman.delivery()
        assert (delivery["channel"], delivery["status"]) == ("log", "success")

    async def test_outside_development_there_is_no_mail_without_a_server(
        self, postman: Postman, settings: ApiSettings
    ) -> None:
        postman.add_account()
        notification_id = add_notification(postman.desk)
        production = settings.model_copy(update={"env": "production"})
        await dispatch(postman.context.operations, production, notification_id)
        assert postman.deliveries() == []

    async def test_a_type_that_is_only_looked_at_is_not_mailed(self, postman: Postman, desk: Desk) -> None:
        postman.add_account()
        await postman.tell(type="task_completed")
        assert (postman.deliveries(), shown_in_app(desk)) == ([], [True])

    async def test_a_choice_against_both_channels_sends_nothing(self, postman: Postman, desk: Desk) -> None:
        postman.add_account()
        for channel in ("in_app", "email"):
            desk.execute(
                "insert into ops.notification_preference values ('staff', 4, 'task_assignment', %s, false)",
                channel,
            )
        await postman.tell()
        assert (postman.deliveries(), shown_in_app(desk)) == ([], [False])

    async def test_mail_waits_for_the_recipients_hours(
        self, postman: Postman, api: httpx.AsyncClient, as_admin: dict[str, Any], desk: Desk
    ) -> None:
        """The calendar opens in the weeks to come, one day a year at the soonest."""
        opens = datetime.now(UTC) + timedelta(days=3)
        week = {f"{opens:%A}".lower(): [{"opens": "09:00", "closes": "17:00"}]}
        body = {"name": "Rarely", "time_zone": "UTC", "weekly_hours": week, "holidays": []}
        made = await api.post("/sla/calendars/", json=body, headers=as_admin)
        assert made.status_code == 201, made.text
        desk.execute(
            "insert into ops.notification_setting (user_type, user_id, quiet_calendar_id) "
            "values ('staff', 4, %s)",
            made.json()["calendar_id"],
        )
        postman.add_account()
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"]) == ("pending", 0)
        expected = opens.replace(hour=9, minute=0, second=0, microsecond=0)
        assert delivery["next_attempt_at"] == expected
        assert [job["scheduled_at"] for job in postman.waiting_jobs()] == [expected]


class TestAddress:
    async def test_is_the_accounts(self, postman: Postman, desk: Desk) -> None:
        postman.add_account()
        desk.add_role("Agent", [4])
        desk.execute("update ops.role_user set email = 'other@desk.test'")
        await postman.tell()
        assert postman.delivery()["target"] == "kim@desk.test"

    @pytest.mark.parametrize("account", [{"email": None}, {"email": ""}, {"is_active": False}])
    async def test_is_a_memberships_where_the_account_has_none(
        self, postman: Postman, desk: Desk, account: dict[str, Any]
    ) -> None:
        postman.add_account(**account)
        for role in ("Agent", "Former"):
            desk.set_active(desk.add_role(role, [4]), 4, is_active=role == "Agent")
        desk.execute(
            "update ops.role_user set email = case when is_active then 'kim@role.test' else 'x@y' end"
        )
        await postman.tell()
        assert postman.delivery()["target"] == "kim@role.test"

    async def test_nobody_is_written_to_whose_address_nobody_knows(self, postman: Postman) -> None:
        with capture_logs() as lines:
            await postman.tell()
        assert postman.deliveries() == []
        assert [line["user_id"] for line in lines if line["event"] == "recipient_has_no_address"] == [4]

    @pytest.mark.parametrize(
        ("requester", "address"),
        [
            ({"id": 4, "email": "asks@desk.test"}, "asks@desk.test"),
            ({"id": 4, "type": "employee", "email": "asks@desk.test"}, "asks@desk.test"),
            ({"id": 5, "email": "else@desk.test"}, "kim@desk.test"),
            ({"id": 4, "type": "staff", "email": "else@desk.test"}, "kim@desk.test"),
            ({"id": 4}, "kim@desk.test"),
        ],
    )
    async def test_of_an_employee_is_the_one_they_asked_with(
        self, postman: Postman, desk: Desk, requester: dict[str, Any], address: str
    ) -> None:
        desk.execute(
            "insert into ops.ticket_snapshot "
            "(ticket_number, subject, status, priority, submit_date, requester) "
            "values ('TX1', 'No sound', 'New', 'High', now(), %s)",
            Jsonb(requester),
        )
        desk.execute(
            "insert into ops.notification_preference values ('employee', 4, 'ticket_resolved', 'email', true)"
        )
        postman.add_account(email="staff@desk.test")
        postman.add_account(user_type="employee")
        await postman.tell(user_type="employee", type="ticket_resolved")
        assert postman.delivery()["target"] == address


class TestWebhooks:
    async def test_every_active_endpoint_of_the_type_is_told(self, postman: Postman) -> None:
        wanted = [
            postman.add_webhook("https://all.test"),
            postman.add_webhook("https://some.test", types=["task_assignment", "system"]),
        ]
        postman.add_webhook("https://other.test", types=["system"])
        postman.add_webhook("https://off.test", is_active=False)
        postman.add_webhook("https://gone.test", deleted_at=datetime.now(UTC))
        notification_id = add_notification(postman.desk)
        await dispatch(postman.context.operations, postman.context.settings, notification_id)
        assert [row["webhook_id"] for row in postman.deliveries()] == wanted


class TestOnce:
    async def test_two_workers_at_once_write_one_delivery(self, postman: Postman, desk: Desk) -> None:
        postman.add_account()
        notification_id = add_notification(desk)
        context = postman.context
        with desk.holding("select from ops.notification for update") as others:
            both = [
                asyncio.create_task(dispatch(context.operations, context.settings, notification_id))
                for _ in range(2)
            ]
            await others.wait_for(2)
        await asyncio.gather(*both)
        assert len(postman.deliveries()) == 1

    async def test_a_notification_whose_job_is_lost_is_dispatched_all_the_same(
        self, postman: Postman, desk: Desk
    ) -> None:
        postman.add_account()
        add_notification(desk)
        postman.alter_jobs("delete from procrastinate_jobs")
        assert await defer_forgotten(postman.context.operations) == 1
        assert await defer_forgotten(postman.context.operations) == 0
        await postman.work()
        assert postman.delivery()["status"] == "success"


async def test_an_assignment_reaches_its_assignee(postman: Postman, crew: Crew, desk: Desk) -> None:
    desk.execute("update ops.role_user set email = user_id || '@desk.test'")
    task_id = await crew.new_task()
    await postman.work()
    holder = crew.open_item(task_id)["user_id"]
    assert [row["target"] for row in postman.deliveries()] == [f"{holder}@desk.test"]
