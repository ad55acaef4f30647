import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import pytest

from api.notifications.channels.webhook import MOST_READ_BYTES, read_retry_after, sign
from api.notifications.targets import TargetForbidden, refuse_forbidden_target
from api.settings import ApiSettings
from tests.factories.postman import SECRET, Postman
from tests.factories.webhook_target import WebhookTarget

NOW = datetime(2026, 2, 14, 8, 0, tzinfo=UTC)


@pytest.fixture
def settings(database_url: str) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        webhook_allowed_networks=[ip_network("127.0.0.0/8"), ip_network("::1")],
        webhook_timeout_seconds=0.5,
    )


class TestMessage:
    async def test_is_signed_over_id_time_and_body(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook(target.url)
        notification_id = await postman.tell(subject="Ärger", task_id=12)
        (received,) = target.received
        headers = received.headers
        assert headers["webhook-id"] == str(notification_id)
        signed = b".".join(
            [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), received.body]
        )
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"
        sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert abs(sent_at - postman.delivery()["last_attempt_at"]) < timedelta(minutes=1)

    async def test_tells_what_the_notification_says(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook(target.url)
        notification_id = await postman.tell(subject="Ärger", task_id=12)
        (received,) = target.received
        assert (received.path, received.headers["content-type"]) == ("/hook", "application/json")
        assert json.loads(received.body) == {
            "type": "task_assignment",
            "timestamp": "2026-02-14T08:00:00+00:00",
            "data": {
                "notification_id": str(notification_id),
                "user_type": "staff",
                "user_id": 4,
                "subject": "Ärger",
                "message": "The step 'Triage' of TX1 was assigned to you.",
                "ticket_number": "TX1",
                "task_id": 12,
                "task_item_id": None,
                "facts": {},
            },
        }

    async def test_keeps_its_id_when_it_is_sent_again(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook(target.url)
        target.status = 500
        await postman.tell()
        target.status = 200
        await postman.work_later()
        first, second = target.received
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body
        assert postman.delivery()["status"] == "success"

    async def test_carries_the_name_it_was_addressed_to(
        self, postman: Postman, target: WebhookTarget
    ) -> None:
        """It goes to an address that was looked up and checked, not to the name."""
        postman.add_webhook(f"http://localhost:{target.port}/hook?a=b")
        await postman.tell()
        (received,) = target.received
        assert (received.headers["host"], received.path) == (f"localhost:{target.port}", "/hook?a=b")

    def test_is_signed_as_the_convention_has_it(self) -> None:
        """The example of the specification at standardwebhooks.com."""
        signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class TestFaults:
    @pytest.mark.parametrize("status", [500, 503, 408, 429, 302])
    async def test_an_answer_that_may_pass_is_tried_again(
        self, postman: Postman, target: WebhookTarget, status: int
    ) -> None:
        postman.add_webhook(target.url)
        target.status, target.answer = status, b"not\r\nnow\x1b[0m"
        target.headers = {"Location": f"{target.url}/elsewhere"}
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"]) == ("pending", 1)
        assert f"answered {status}: not now [0m" in delivery["last_error"]
        # Of a redirect too there was this one request.
        assert len(target.received) == 1

    @pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
    async def test_a_refusal_is_not_repeated(
        self, postman: Postman, target: WebhookTarget, status: int
    ) -> None:
        postman.add_webhook(target.url)
        target.status, target.answer = status, b"no"
        await postman.tell()
        delivery = postman.delivery()
        assert delivery["status"] == "failed"
        assert f"answered {status}: no" in delivery["last_error"]
        assert postman.waiting_jobs() == []

    async def test_who_gives_no_good_answer_is_given_up_after_four(
        self, postman: Postman, target: WebhookTarget
    ) -> None:
        postman.add_webhook(target.url)
        target.status = 500
        await postman.tell()
        for _ in range(4):
            await postman.work_later()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"], len(target.received)) == ("failed", 4, 4)

    @pytest.mark.parametrize(
        ("fault", "told"),
        [("hangs_up", "could not be reached"), ("is_silent", "did not answer within 0.5 seconds")],
    )
    async def test_who_breaks_off_is_tried_again(
        self, postman: Postman, target: WebhookTarget, fault: str, told: str
    ) -> None:
        postman.add_webhook(target.url)
        setattr(target, fault, True)
        await postman.tell()
        delivery = postman.delivery()
        assert delivery["status"] == "pending"
        assert told in delivery["last_error"]

    async def test_who_is_down_is_tried_again(self, postman: Postman, unused_tcp_port: int) -> None:
        postman.add_webhook(f"http://127.0.0.1:{unused_tcp_port}/")
        await postman.tell()
        delivery = postman.delivery()
        assert delivery["status"] == "pending"
        assert "could not be reached" in delivery["last_error"]

    async def test_who_answers_without_end_is_not_listened_to(
        self, postman: Postman, target: WebhookTarget
    ) -> None:
        postman.context.settings.webhook_timeout_seconds = 30
        postman.add_webhook(target.url)
        target.status, target.is_endless = 500, True
        await postman.tell()
        delivery = postman.delivery()
        assert "answered 500: xxx" in delivery["last_error"]
        assert len(delivery["last_error"]) <= 500
        # What was on its way in the buffers of the connection when it ended counts as sent.
        assert target.sent_bytes < MOST_READ_BYTES + 2**24

    async def test_who_asks_for_time_is_given_it(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook(target.url)
        target.status, target.headers = 429, {"Retry-After": "1800"}
        await postman.tell()
        assert timedelta(minutes=29) < postman.delivery()["waits"] <= timedelta(minutes=30)

    async def test_one_endpoints_fault_is_not_anothers(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook("http://127.0.0.1:1/")
        postman.add_webhook(target.url)
        await postman.tell()
        assert [row["status"] for row in postman.deliveries()] == ["pending", "success"]

    async def test_an_endpoint_switched_off_meanwhile_is_sent_nothing(
        self, postman: Postman, target: WebhookTarget
    ) -> None:
        postman.add_webhook(target.url)
        target.status = 500
        await postman.tell()
        postman.desk.execute("update ops.webhook set is_active = false")
        await postman.work_later()
        delivery = postman.delivery()
        assert (delivery["status"], len(target.received)) == ("failed", 1)
        assert "switched off or removed" in delivery["last_error"]

    async def test_a_damaged_secret_is_told(self, postman: Postman, target: WebhookTarget) -> None:
        postman.add_webhook(target.url, secret="whsec_not base64!")
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], target.received) == ("failed", [])
        assert "give the endpoint a new one" in delivery["last_error"]


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            (None, None),
            ("soon", None),
            ("-5", None),
            ("90", 90),
            ("999999999999", 3600),
            (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
            (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0),
            (format_datetime(NOW + timedelta(days=5), usegmt=True), 3600),
        ],
    )
    def test_is_read_in_both_its_forms(self, value: str | None, seconds: int | None) -> None:
        wait = None if seconds is None else timedelta(seconds=seconds)
        assert read_retry_after(value, NOW) == wait


class TestForbiddenTargets:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "0.0.0.0",  # noqa: S104 - forbidden as a target
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
        ],
    )
    def test_an_address_of_our_own_is_refused(self, host: str) -> None:
        settings = ApiSettings(database_url="postgresql://db.test/sluice")
        with pytest.raises(TargetForbidden, match="is not a public address"):
            refuse_forbidden_target(f"https://{host}/hook", settings)

    @pytest.mark.parametrize("host", ["example.org", "8.8.8.8", "[2606:4700::1111]", "example.org:8443"])
    def test_a_public_one_is_not(self, host: str) -> None:
        settings = ApiSettings(database_url="postgresql://db.test/sluice", env="development")
        assert refuse_forbidden_target(f"https://{host}/hook", settings).path == "/hook"

    @pytest.mark.parametrize("host", ["10.1.2.3", "[::ffff:10.1.2.3]", "[64:ff9b::10.1.2.3]", "[fd00::7]"])
    def test_a_network_that_is_allowed_is_not(self, host: str) -> None:
        allowed = [ip_network("10.0.0.0/8"), ip_network("fd00::/16")]
        settings = ApiSettings(database_url="postgresql://db.test/sluice", webhook_allowed_networks=allowed)
        refuse_forbidden_target(f"https://{host}/hook", settings)

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("ftp://example.org/", "no web address"),
            ("file:///etc/passwd", "no web address"),
            ("https:///hook", "no web address"),
            ("example.org", "no web address"),
            ("https://example.org:port/", "no address"),
            ("https://exa..mple.org/", "no address"),
            ("https://exa mple.org/", "no host and port"),
            ("https://example.org:99999/", "no host and port"),
            ("https://me:secret@example.org/", "carries a user name"),
        ],
    )
    def test_an_address_of_another_kind_is_refused(self, address: str, told: str) -> None:
        settings = ApiSettings(database_url="postgresql://db.test/sluice")
        with pytest.raises(TargetForbidden, match=told):
            refuse_forbidden_target(address, settings)

    def test_http_is_for_development_alone(self) -> None:
        settings = ApiSettings(database_url="postgresql://db.test/sluice")
        refuse_forbidden_target("http://example.org/", settings)
        production = settings.model_copy(update={"env": "production"})
        with pytest.raises(TargetForbidden, match="is not encrypted"):
            refuse_forbidden_target("http://example.org/", production)

    @pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
    async def test_a_name_of_our_own_is_found_out_when_it_is_looked_up(
        self, postman: Postman, target: WebhookTarget, host: str
    ) -> None:
        postman.context.settings.webhook_allowed_networks = []
        postman.add_webhook(f"http://{host}:{target.port}/hook")
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], target.received) == ("failed", [])
        assert "is not a public address" in delivery["last_error"]

    def test_networks_are_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLUICE_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/8, ::1")
        settings = ApiSettings(database_url="postgresql://db.test/sluice")
        assert settings.webhook_allowed_networks == [ip_network("10.0.0.0/8"), ip_network("::1/128")]
