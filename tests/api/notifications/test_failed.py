import asyncio
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk
from tests.factories.mail_server import MailServer
from tests.factories.postman import Postman
from tests.fixtures.statements import StatementCount

PATH = "/tasks/failed-notifications/"
BUSY = "451 4.3.0 Try again later"
GONE = "550 5.1.1 No such user"


@pytest.fixture
def settings(database_url: str, mail_server: MailServer) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
    )


@pytest.fixture
async def failed_id(postman: Postman, mail_server: MailServer) -> int:
    """A mail that the server did not take, to be tried again in a minute."""
    postman.add_account()
    mail_server.rcpt = BUSY
    await postman.tell(type="task_transfer_in", task_id=12)
    mail_server.rcpt = "250 OK"
    return int(postman.delivery()["notification_delivery_id"])


class Retrying:
    """An administrator who retries while a worker is at hand."""

    def __init__(self, api: httpx.AsyncClient, postman: Postman, headers: dict[str, str]) -> None:
        self.api, self.postman, self.headers = api, postman, headers

    def ask(self, path: str, **headers: str) -> "asyncio.Task[httpx.Response]":
        return asyncio.create_task(self.api.post(f"{PATH}{path}", headers=self.headers | headers))

    async def post(self, path: str, **headers: str) -> httpx.Response:
        """Retry, and have the worker do what is queued by it."""
        asked = self.ask(path, **headers)
        await self.work_for(asked)
        return asked.result()

    async def work_for(self, *asked: "asyncio.Task[httpx.Response]") -> None:
        async with asyncio.timeout(30):
            while not all(task.done() for task in asked):
                await self.postman.work()


@pytest.fixture
def retrying(api: httpx.AsyncClient, postman: Postman, as_admin: dict[str, Any]) -> Retrying:
    return Retrying(api, postman, as_admin)


class TestList:
    async def test_tells_what_failed_and_why(
        self, *, api: httpx.AsyncClient, crew: Crew, desk: Desk, postman: Postman, mail_server: MailServer
    ) -> None:
        mail_server.rcpt = BUSY
        desk.execute("update ops.role_user set email = 'kim@desk.test' where user_id in (4, 5)")
        task_id = await crew.new_task(subject="No sound")
        await postman.work()
        item = crew.open_item(task_id)
        page = (await api.get(PATH, headers=crew.headers(ADMIN))).json()
        assert page["count"] == 1
        (row,) = page["results"]
        delivery = postman.delivery()
        assert row["payload"].pop("notification_id") == str(delivery["notification_id"])
        assert row["payload"].pop("message").startswith("The step 'Triage' of TX")
        number = crew.task(task_id)["ticket_number"]
        for field in ("created_at", "next_retry_at"):
            assert row.pop(field) is not None
        assert row == {
            "failed_notification_id": delivery["notification_delivery_id"],
            "user_id": item["user_id"],
            "task_item_id": str(item["task_item_id"]),
            "task_title": "No sound",
            "role_name": "Agent",
            "status": "pending",
            "error_message": f"The mail server 127.0.0.1:{mail_server.port} refused kim@desk.test "
            "with 451: 4.3.0 Try again later",
            "retry_count": 0,
            "max_retries": 3,
            "last_retry_at": None,
            "succeeded_at": None,
            "notification_type": "task_assignment",
            "ticket_number": number,
            "payload": {
                "user_type": "staff",
                "target": "kim@desk.test",
                "subject": f"{number} is yours: No sound",
                "facts": {"priority": "High", "step": "Triage"},
            },
            "channel": "email",
        }
        one = await api.get(f"{PATH}{row['failed_notification_id']}/", headers=crew.headers(ADMIN))
        assert one.json() == page["results"][0] | one.json()

    async def test_names_an_owners_notice_by_the_task(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], desk: Desk, failed_id: int
    ) -> None:
        desk.execute("update ops.notification set type = 'ticket_owner'")
        row = (await api.get(f"{PATH}{failed_id}/", headers=as_admin)).json()
        assert (row["task_item_id"], row["task_title"]) == ("task_12_owner", "TX1 is yours")

    async def test_leaves_out_what_never_failed(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], postman: Postman
    ) -> None:
        postman.add_account()
        await postman.tell()
        sent_id = postman.delivery()["notification_delivery_id"]
        assert (await api.get(PATH, headers=as_admin)).json()["count"] == 0
        assert (await api.get(f"{PATH}{sent_id}/", headers=as_admin)).status_code == 404

    @pytest.mark.usefixtures("failed_id")
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 1),
            ("status=pending", 1),
            ("status=failed", 0),
            ("status=success", 0),
            ("user_id=4", 1),
            ("user_id=5", 0),
            ("role_name=Agent", 0),
            ("search=tx1 IS yours", 1),
            ("search=4.3.0 try", 1),
            ("search=4_3", 0),
            ("ordering=retry_count", 1),
            ("ordering=-last_retry_at", 1),
        ],
    )
    async def test_is_narrowed_by_its_filters(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], query: str, count: int
    ) -> None:
        answer = await api.get(f"{PATH}?{query}", headers=as_admin)
        assert (answer.status_code, answer.json()["count"]) == (200, count)

    @pytest.mark.parametrize("query", ["status=lost", "ordering=subject", "user_id=x", "colour=red"])
    async def test_refuses_what_it_cannot_read(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], query: str
    ) -> None:
        assert (await api.get(f"{PATH}?{query}", headers=as_admin)).status_code == 400

    async def test_keeps_the_order_asked_for(
        self,
        *,
        api: httpx.AsyncClient,
        as_admin: dict[str, Any],
        desk: Desk,
        failed_id: int,
    ) -> None:
        second = desk.scalar(
            "insert into ops.notification_delivery (notification_id, channel, status, attempts, last_error, "
            "first_failed_at, last_attempt_at) select notification_id, 'log', 'failed', 4, 'x', now(), now() "
            "from ops.notification returning notification_delivery_id"
        )
        for ordering, expected in (
            ("created_at", [failed_id, second]),
            ("-created_at", [second, failed_id]),
            ("-retry_count", [second, failed_id]),
            ("-last_retry_at", [second, failed_id]),
            ("", [second, failed_id]),
        ):
            page = (await api.get(PATH, params={"ordering": ordering}, headers=as_admin)).json()
            assert [row["failed_notification_id"] for row in page["results"]] == expected

    @pytest.mark.usefixtures("failed_id")
    async def test_costs_the_same_whatever_its_size(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], count_statements: StatementCount
    ) -> None:
        with count_statements() as statements:
            await api.get(PATH, headers=as_admin)
        assert len(statements) <= 5


class TestRetry:
    async def test_answers_with_what_the_mail_server_said(
        self, retrying: Retrying, failed_id: int, mail_server: MailServer
    ) -> None:
        answer = await retrying.post(f"{failed_id}/retry/")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["message"] == "The notification was sent"
        shown = body["notification"]
        assert (shown["status"], shown["retry_count"]) == ("success", 1)
        assert shown["succeeded_at"] is not None
        assert len(mail_server.mails) == 1
        # The job that would have retried in a minute is gone with it.
        assert retrying.postman.waiting_jobs() == []

    async def test_that_fails_again_says_so_and_why(
        self, retrying: Retrying, failed_id: int, mail_server: MailServer
    ) -> None:
        mail_server.rcpt = BUSY
        answer = await retrying.post(f"{failed_id}/retry/")
        assert answer.status_code == 503
        body = answer.json()
        assert body["code"] == "not_sent"
        assert "4.3.0 Try again later" in body["error"]
        assert body["message"] == body["error"]
        shown = body["notification"]
        assert (shown["status"], shown["retry_count"]) == ("pending", 1)
        assert (shown["next_retry_at"] is not None, len(retrying.postman.waiting_jobs())) == (True, 1)

    async def test_that_is_refused_for_good_says_so(
        self, retrying: Retrying, failed_id: int, mail_server: MailServer
    ) -> None:
        mail_server.rcpt = GONE
        answer = await retrying.post(f"{failed_id}/retry/")
        assert (answer.status_code, answer.json()["notification"]["status"]) == (503, "failed")

    async def test_that_nobody_carries_out_stays_queued(
        self, retrying: Retrying, failed_id: int, settings: ApiSettings, mail_server: MailServer
    ) -> None:
        settings.retry_wait_seconds = 0
        answer = await retrying.ask(f"{failed_id}/retry/")
        assert answer.status_code == 503
        assert "stays queued" in answer.json()["error"]
        assert answer.json()["notification"]["status"] == "retrying"
        await retrying.postman.work()
        assert (len(mail_server.mails), retrying.postman.delivery()["status"]) == (1, "success")

    async def test_of_what_was_sent_is_refused(self, retrying: Retrying, failed_id: int) -> None:
        await retrying.postman.work_later()
        answer = await retrying.post(f"{failed_id}/retry/")
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")
        assert "was sent already" in answer.json()["error"]

    async def test_of_what_is_being_sent_is_refused(
        self, retrying: Retrying, failed_id: int, desk: Desk
    ) -> None:
        desk.execute(
            "update ops.notification_delivery set status = 'retrying', "
            "next_attempt_at = now() + interval '1 minute'"
        )
        answer = await retrying.post(f"{failed_id}/retry/")
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")
        assert "is being sent at this moment" in answer.json()["error"]

    async def test_beyond_the_limit_takes_force(
        self, retrying: Retrying, failed_id: int, desk: Desk, mail_server: MailServer
    ) -> None:
        desk.execute(
            "update ops.notification_delivery set status = 'failed', attempts = 4, next_attempt_at = null"
        )
        refused = await retrying.post(f"{failed_id}/retry/")
        assert (refused.status_code, refused.json()["code"]) == (409, "invalid_state")
        assert "force=true" in refused.json()["error"]
        answer = await retrying.post(f"{failed_id}/retry/?force=true")
        assert (answer.status_code, len(mail_server.mails)) == (200, 1)
        assert answer.json()["notification"]["retry_count"] == 4

    async def test_is_audited(self, retrying: Retrying, failed_id: int, desk: Desk) -> None:
        await retrying.post(f"{failed_id}/retry/")
        rows = desk.execute("select action, target_type, target_id, user_id, changes from ops.audit_event")
        assert rows == [
            {
                "action": "retry_notification",
                "target_type": "Notification",
                "target_id": failed_id,
                "user_id": ADMIN,
                "changes": {"attempts": 1, "force": False},
            }
        ]

    async def test_sent_twice_with_one_key_is_made_once(
        self, retrying: Retrying, failed_id: int, mail_server: MailServer
    ) -> None:
        answers = [
            await retrying.post(f"{failed_id}/retry/", **{"Idempotency-Key": "again"}) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert len(mail_server.mails) == 1

    async def test_asked_for_twice_at_once_sends_one_mail(
        self, retrying: Retrying, failed_id: int, desk: Desk, mail_server: MailServer
    ) -> None:
        with desk.holding("select from ops.notification_delivery for update") as others:
            both = [retrying.ask(f"{failed_id}/retry/") for _ in range(2)]
            await others.wait_for(2)
        await retrying.work_for(*both)
        # Both are told of the one mail, unless it had gone before the second was looked at.
        assert sorted(task.result().status_code for task in both) in ([200, 200], [200, 409])
        assert len(mail_server.mails) == 1

    @pytest.mark.parametrize(("path", "status"), [("999/retry/", 404), ("x/retry/", 400), ("0/retry/", 400)])
    async def test_of_what_there_is_not_is_refused(self, retrying: Retrying, path: str, status: int) -> None:
        assert (await retrying.post(path)).status_code == status


class TestRetryAll:
    @pytest.mark.parametrize("path", ["retry-all/", "retry_all/"])
    async def test_counts_what_came_of_it(
        self, retrying: Retrying, failed_id: int, desk: Desk, path: str
    ) -> None:
        exhausted = desk.scalar(
            "insert into ops.notification_delivery (notification_id, channel, status, attempts, last_error, "
            "first_failed_at) select notification_id, 'log', 'failed', 4, 'x', now() "
            "from ops.notification returning notification_delivery_id"
        )
        retrying.postman.add_webhook("https://10.0.0.1/")
        desk.execute(
            "insert into ops.notification_delivery (notification_id, channel, webhook_id, status, attempts, "
            "last_error, first_failed_at) "
            "select notification_id, 'webhook', webhook_id, 'failed', 1, 'x', now() "
            "from ops.notification, ops.webhook"
        )
        retrying.postman.alter_jobs("delete from procrastinate_jobs where status = 'todo'")
        answer = await retrying.post(path)
        assert answer.status_code == 200, answer.text
        assert answer.json() == {
            "message": "1 of 2 retried notifications were sent",
            "total": 2,
            "success": 1,
            "failed": 1,
            "remaining_pending": 2,
        }
        statuses = {row["notification_delivery_id"]: row["status"] for row in retrying.postman.deliveries()}
        assert (statuses.pop(failed_id), statuses.pop(exhausted)) == ("success", "failed")
        assert list(statuses.values()) == ["failed"]

    async def test_of_nothing_is_quick(self, retrying: Retrying) -> None:
        answer = await retrying.ask("retry-all/")
        assert (answer.json()["total"], answer.json()["remaining_pending"]) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "1/"), ("POST", "1/retry/"), ("POST", "retry-all/")]
)
async def test_who_is_no_administrator_is_refused(
    api: httpx.AsyncClient, as_agent: dict[str, Any], method: str, path: str
) -> None:
    assert (await api.request(method, f"{PATH}{path}", headers=as_agent)).status_code == 403
