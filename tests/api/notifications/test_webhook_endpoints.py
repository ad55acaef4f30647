"""Endpoints that are told of what happens: kept by admins, and sent again what they missed."""

import base64
import hashlib
import hmac
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.desk import Desk
from tests.factories.postman import Postman
from tests.factories.webhook_target import WebhookTarget
from tests.fixtures.services import ADMIN_ID
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]
URL = "https://hooks.example.org/sluice"


@pytest.fixture
def settings(database_url: str) -> ApiSettings:
    """A deployment that may send webhooks to this machine."""
    return ApiSettings(database_url=database_url, webhook_allowed_networks="127.0.0.0/8")


class Hooks:
    """What an admin does to webhooks."""

    def __init__(self, api: httpx.AsyncClient, headers: Headers) -> None:
        self.api = api
        self.headers = headers

    async def send(self, method: str, path: str = "", **body: Any) -> httpx.Response:
        return await self.api.request(method, f"/webhooks/{path}", json=body or None, headers=self.headers)

    async def create(self, **changes: Any) -> dict[str, Any]:
        answer = await self.send("POST", url=changes.pop("url", URL), **changes)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    async def deliveries(self, webhook_id: int, query: str = "") -> list[dict[str, Any]]:
        answer = await self.send("GET", f"{webhook_id}/deliveries/{query}")
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["results"]
        return rows


@pytest.fixture
def hooks(api: httpx.AsyncClient, as_admin: Headers) -> Hooks:
    return Hooks(api, as_admin)


def audited(desk: Desk) -> list[dict[str, Any]]:
    return desk.execute(
        "select action, target_id, changes, user_id from ops.audit_event "
        "where target_type = 'Webhook' order by audit_event_id"
    )


class TestKeeping:
    async def test_shows_the_secret_when_it_is_made_and_never_again(self, hooks: Hooks) -> None:
        created = await hooks.create(description="Status page", types=["sla_breach", "sla_breach"])
        secret = created.pop("secret")
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
        assert (created["types"], created["is_active"]) == (["sla_breach"], True)
        assert created["created_by"] == ADMIN_ID
        path = f"{created['webhook_id']}/"
        assert (await hooks.send("GET", path)).json() == created
        assert (await hooks.send("GET")).json()["results"] == [created]
        changed = (await hooks.send("PUT", path, description="Pager")).json()
        assert changed == created | {"description": "Pager", "updated_at": changed["updated_at"]}

    async def test_changes_what_is_named(self, hooks: Hooks) -> None:
        created = await hooks.create(types=["mention"], description="Pager")
        path = f"{created['webhook_id']}/"
        changed = (await hooks.send("PUT", path, is_active=False, url=None, types=[])).json()
        assert (changed["url"], changed["types"], changed["is_active"]) == (URL, [], False)
        assert changed["description"] == "Pager"
        shown = [
            (await hooks.send("GET", f"?is_active={value}")).json()["count"] for value in ("true", "false")
        ]
        assert shown == [0, 1]

    async def test_a_removed_one_is_gone_but_its_history_is_kept(self, hooks: Hooks, desk: Desk) -> None:
        path = f"{(await hooks.create())['webhook_id']}/"
        assert (await hooks.send("DELETE", path)).status_code == 204
        calls = [
            ("GET", path),
            ("PUT", path),
            ("DELETE", path),
            ("POST", f"{path}test/"),
            ("POST", f"{path}rotate-secret/"),
            ("GET", f"{path}deliveries/"),
            ("POST", f"{path}deliveries/1/replay/"),
        ]
        for method, address in calls:
            answer = await hooks.send(method, address, description="x")
            assert answer.json()["error"] == "Webhook not found", (method, address)
        assert (await hooks.send("GET")).json()["count"] == 0
        assert desk.scalar("select count(*) from ops.webhook where deleted_at is not null") == 1

    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("ftp://example.org/", "begins with https://"),
            ("http://10.1.2.3/hook", "not a public address"),
            ("http://[::ffff:169.254.169.254]/", "not a public address"),
            ("https://me:secret@example.org/", "carries a user name"),
            ("not an address", "no web address"),
        ],
    )
    async def test_refuses_addresses_that_may_not_be_sent_to(
        self, hooks: Hooks, desk: Desk, url: str, told: str
    ) -> None:
        kept = await hooks.create()
        for method, path in (("POST", ""), ("PUT", f"{kept['webhook_id']}/")):
            answer = await hooks.send(method, path, url=url)
            assert answer.status_code == 400
            assert told in answer.json()["details"]["url"][0]
        assert desk.scalar("select string_agg(url, ' ') from ops.webhook") == URL

    async def test_names_the_types_there_are(self, hooks: Hooks) -> None:
        answer = await hooks.send("POST", url=URL, types=["gossip"])
        assert "'sla_breach'" in answer.json()["details"]["types.0"][0]

    async def test_is_audited_without_the_secret(self, hooks: Hooks, desk: Desk) -> None:
        created = await hooks.create(types=["mention"])
        path = f"{created['webhook_id']}/"
        await hooks.send("PUT", path, types=["mention"])
        await hooks.send("PUT", path, is_active=False)
        rotated = (await hooks.send("POST", f"{path}rotate-secret/")).json()
        await hooks.send("DELETE", path)
        trail = audited(desk)
        assert [(row["action"], row["user_id"]) for row in trail] == [
            ("create_webhook", ADMIN_ID),
            ("update_webhook", ADMIN_ID),
            ("update_webhook", ADMIN_ID),
            ("delete_webhook", ADMIN_ID),
        ]
        assert {row["target_id"] for row in trail} == {created["webhook_id"]}
        assert trail[1]["changes"] == {"is_active": {"old": True, "new": False}}
        assert not any(secret in str(trail) for secret in (created["secret"], rotated["secret"]))

    async def test_lists_cost_the_same_at_any_size(
        self, hooks: Hooks, count_statements: StatementCount
    ) -> None:
        *_, webhook_id = [(await hooks.create())["webhook_id"] for _ in range(3)]
        for _ in range(3):
            await hooks.send("POST", f"{webhook_id}/test/")
        for path in ("", f"{webhook_id}/deliveries/"):
            costs = []
            for size in (1, 3):
                with count_statements() as statements:
                    await hooks.send("GET", f"{path}?page_size={size}")
                costs.append(len(statements))
            assert costs[0] == costs[1] <= 5


class TestSending:
    @pytest.fixture
    async def webhook(self, hooks: Hooks, target: WebhookTarget) -> dict[str, Any]:
        return await hooks.create(url=target.url, types=["sla_breach"])

    async def test_a_test_reaches_this_endpoint_alone(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any], desk: Desk
    ) -> None:
        await hooks.create(url=f"{target.url}/other")
        postman.add_account(ADMIN_ID)
        answer = await hooks.send("POST", f"{webhook['webhook_id']}/test/")
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        await postman.work()
        (received,) = target.received
        assert received.path == "/hook"
        (delivery,) = await hooks.deliveries(webhook["webhook_id"])
        assert (delivery["notification_type"], delivery["status"]) == ("system", "success")
        assert received.headers["webhook-id"] == delivery["notification_id"]
        assert len(postman.deliveries()) == 1
        assert desk.scalar("select count(*) from ops.notification where in_app") == 0

    async def test_a_rotated_secret_signs_from_then_on(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any]
    ) -> None:
        path = f"{webhook['webhook_id']}/"
        secret = (await hooks.send("POST", f"{path}rotate-secret/")).json()["secret"]
        assert secret != webhook["secret"]
        await hooks.send("POST", f"{path}test/")
        await postman.work()
        (received,) = target.received
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode()
        digest = hmac.digest(key, signed + received.body, hashlib.sha256)
        assert received.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"

    async def test_what_was_refused_is_listed_and_sent_again(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any]
    ) -> None:
        target.status = 410
        await postman.tell(type="sla_breach", subject="TX1 is late")
        (failed,) = await hooks.deliveries(webhook["webhook_id"], "?status=failed")
        assert (failed["subject"], failed["attempts"]) == ("TX1 is late", 1)
        assert "410" in failed["last_error"]
        target.status = 204
        path = f"{webhook['webhook_id']}/deliveries/{failed['delivery_id']}/replay/"
        replayed = (await hooks.send("POST", path)).json()
        assert (replayed["status"], replayed["sent_at"]) == ("pending", None)
        await postman.work()
        (sent,) = await hooks.deliveries(webhook["webhook_id"], "?status=success")
        assert (sent["attempts"], sent["first_failed_at"]) == (2, failed["first_failed_at"])
        assert {each.headers["webhook-id"] for each in target.received} == {failed["notification_id"]}

    async def test_what_was_sent_is_sent_again_and_counted(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any], desk: Desk
    ) -> None:
        await postman.tell(type="sla_breach")
        desk.execute("update ops.notification_delivery set attempts = max_attempts")
        (sent,) = await hooks.deliveries(webhook["webhook_id"])
        replayed = (
            await hooks.send("POST", f"{webhook['webhook_id']}/deliveries/{sent['delivery_id']}/replay/")
        ).json()
        assert replayed["max_attempts"] == sent["max_attempts"] + 1
        await postman.work()
        (again,) = await hooks.deliveries(webhook["webhook_id"])
        assert again["status"] == "success"
        assert again["sent_at"] > sent["sent_at"]
        assert len(target.received) == 2
        trail = desk.execute(
            "select target_type, target_id from ops.audit_event where action = 'retry_notification'"
        )
        assert trail == [{"target_type": "Notification", "target_id": sent["delivery_id"]}]

    async def test_what_waits_for_its_next_attempt_is_sent_at_once_and_once(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any]
    ) -> None:
        target.status = 500
        await postman.tell(type="sla_breach")
        (waiting,) = await hooks.deliveries(webhook["webhook_id"], "?status=pending")
        target.status = 204
        path = f"{webhook['webhook_id']}/deliveries/{waiting['delivery_id']}/replay/"
        for _ in range(2):
            assert (await hooks.send("POST", path)).status_code == 200
        await postman.work()
        assert [each["status"] for each in postman.deliveries()] == ["success"]
        assert len(target.received) == 2
        assert "deliver_notification" not in {job["task_name"] for job in postman.waiting_jobs()}

    async def test_waits_for_an_attempt_under_way(
        self, hooks: Hooks, postman: Postman, webhook: dict[str, Any], desk: Desk
    ) -> None:
        await postman.tell(type="sla_breach")
        (sent,) = await hooks.deliveries(webhook["webhook_id"])
        desk.execute(
            "update ops.notification_delivery set status = 'retrying', sent_at = null, "
            "next_attempt_at = now() + interval '2 minutes'"
        )
        path = f"{webhook['webhook_id']}/deliveries/{sent['delivery_id']}/replay/"
        answer = await hooks.send("POST", path)
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")

    async def test_one_that_is_switched_off_is_sent_nothing(
        self, hooks: Hooks, postman: Postman, target: WebhookTarget, webhook: dict[str, Any]
    ) -> None:
        await postman.tell(type="sla_breach")
        (sent,) = await hooks.deliveries(webhook["webhook_id"])
        path = f"{webhook['webhook_id']}/"
        await hooks.send("PUT", path, is_active=False)
        for call in ("test/", f"deliveries/{sent['delivery_id']}/replay/"):
            answer = await hooks.send("POST", path + call)
            assert answer.status_code == 409
            assert "set is_active to true first" in answer.json()["error"]
        await postman.tell(type="sla_breach")
        assert len(target.received) == 1

    async def test_a_delivery_belongs_to_its_endpoint(
        self, hooks: Hooks, postman: Postman, webhook: dict[str, Any]
    ) -> None:
        await postman.tell(type="sla_breach")
        (sent,) = await hooks.deliveries(webhook["webhook_id"])
        other = (await hooks.create())["webhook_id"]
        assert await hooks.deliveries(other) == []
        answer = await hooks.send("POST", f"{other}/deliveries/{sent['delivery_id']}/replay/")
        assert answer.json()["error"] == "Delivery not found"

    async def test_deliveries_are_held_to_filters(
        self, hooks: Hooks, postman: Postman, webhook: dict[str, Any]
    ) -> None:
        await postman.tell(type="sla_breach")
        await hooks.send("POST", f"{webhook['webhook_id']}/test/")
        for query, kinds in (
            ("", ["system", "sla_breach"]),
            ("?status=pending", ["system"]),
            ("?notification_type=sla_breach", ["sla_breach"]),
            ("?status=failed", []),
        ):
            rows = await hooks.deliveries(webhook["webhook_id"], query)
            assert [row["notification_type"] for row in rows] == kinds, query
