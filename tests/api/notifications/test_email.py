import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from pydantic import SecretStr

from api.notifications.delivery import deliver
from api.notifications.jobs import defer_forgotten
from api.settings import ApiSettings
from tests.factories.desk import Desk
from tests.factories.mail_server import MailServer
from tests.factories.postman import Postman

RECIPIENT = "kim@desk.test"


@pytest.fixture
def settings(database_url: str, mail_server: MailServer) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        smtp_from="Sluice <desk@sluice.test>",
        smtp_timeout_seconds=0.5,
        public_url="https://desk.test/",
    )


@pytest.fixture
def recipient(postman: Postman) -> None:
    postman.add_account(email=RECIPIENT)


@pytest.mark.usefixtures("recipient")
class TestMail:
    async def test_arrives_with_both_its_parts(self, postman: Postman, mail_server: MailServer) -> None:
        await postman.tell(subject="TX1 is yours: <Ton>", message="Ärger & <b>Lärm</b>", task_id=12)
        (mail,) = mail_server.mails
        assert mail_server.recipients == [RECIPIENT]
        assert (mail["To"], mail["From"]) == (RECIPIENT, "Sluice <desk@sluice.test>")
        assert mail["Subject"] == "TX1 is yours: <Ton>"
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert "Ärger & <b>Lärm</b>" in plain.get_content()
        assert "https://desk.test/tasks/12/" in plain.get_content()
        assert "Ärger &amp; &lt;b&gt;Lärm&lt;/b&gt;" in html.get_content()
        assert 'href="https://desk.test/tasks/12/"' in html.get_content()
        assert "<b>" not in html.get_content()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"], delivery["first_failed_at"]) == ("success", 1, None)

    async def test_says_that_a_machine_wrote_it_and_when(
        self, postman: Postman, mail_server: MailServer
    ) -> None:
        notification_id = await postman.tell()
        (mail,) = mail_server.mails
        delivery = postman.delivery()
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Id"] == "Sluice notifications <notifications.sluice.test>"
        number = delivery["notification_delivery_id"]
        assert mail["Message-ID"] == f"<delivery-{number}.{notification_id}@sluice.test>"
        sent_at = parsedate_to_datetime(mail["Date"])
        assert abs(sent_at - delivery["last_attempt_at"]) < timedelta(minutes=1)

    async def test_takes_no_header_from_a_subject(self, postman: Postman, mail_server: MailServer) -> None:
        await postman.tell(subject="Hello\r\nBcc: evil@desk.test\r\n\r\nboo\x07")
        (mail,) = mail_server.mails
        assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: evil@desk.test boo", None)
        assert mail_server.recipients == [RECIPIENT]

    async def test_has_no_link_without_an_address_to_link_to(
        self, postman: Postman, mail_server: MailServer, settings: ApiSettings
    ) -> None:
        settings.public_url = None
        await postman.tell(task_id=12)
        html = mail_server.mails[0].get_body(("html",))
        assert html is not None
        assert "href" not in html.get_content()

    async def test_sent_again_is_recognised_by_its_id(
        self, postman: Postman, mail_server: MailServer, desk: Desk
    ) -> None:
        """As after a worker that was killed between sending and writing that down."""
        await postman.tell()
        desk.execute(
            "update ops.notification_delivery set status = 'retrying', sent_at = null, "
            "next_attempt_at = now() - interval '1 minute'"
        )
        assert await defer_forgotten(postman.context.operations) == 1
        await postman.work()
        first, second = mail_server.mails
        assert first["Message-ID"] == second["Message-ID"]
        assert postman.delivery()["status"] == "success"


@pytest.mark.usefixtures("recipient")
class TestFaults:
    async def test_a_server_that_is_busy_is_asked_again_after_1_5_and_15_minutes(
        self, postman: Postman, mail_server: MailServer
    ) -> None:
        mail_server.rcpt = "451 4.3.0 Try again later"
        await postman.tell()
        for attempts, minutes in ((1, 1), (2, 5), (3, 15)):
            delivery = postman.delivery()
            assert (delivery["status"], delivery["attempts"]) == ("pending", attempts)
            assert timedelta(minutes=minutes) * 0.8 < delivery["waits"] < timedelta(minutes=minutes) * 1.2
            assert f"refused {RECIPIENT} with 451: 4.3.0 Try again later" in delivery["last_error"]
            (job,) = postman.waiting_jobs()
            assert job["scheduled_at"] == delivery["next_attempt_at"]
            await postman.work_later()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"], delivery["next_attempt_at"]) == ("failed", 4, None)
        assert postman.waiting_jobs() == []

    async def test_a_retry_that_succeeds_ends_it_and_the_failure_can_be_looked_up(
        self, postman: Postman, mail_server: MailServer
    ) -> None:
        mail_server.data = "452 4.2.2 Mailbox full"
        await postman.tell()
        assert "with 452: 4.2.2 Mailbox full" in postman.delivery()["last_error"]
        mail_server.data = "250 OK"
        await postman.work_later()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"], len(mail_server.mails)) == ("success", 2, 1)
        assert delivery["first_failed_at"] is not None

    @pytest.mark.parametrize(
        ("command", "answer", "told"),
        [
            ("rcpt", "550 5.1.1 No such user", f"refused {RECIPIENT} with 550: 5.1.1 No such user"),
            ("data", "554 5.7.1 Spam", f"refused the mail to {RECIPIENT} with 554: 5.7.1 Spam"),
        ],
    )
    async def test_a_final_refusal_is_not_repeated(
        self, postman: Postman, mail_server: MailServer, command: str, answer: str, told: str
    ) -> None:
        setattr(mail_server, command, answer)
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"]) == ("failed", 1)
        assert told in delivery["last_error"]
        assert postman.waiting_jobs() == []

    @pytest.mark.parametrize(
        ("fault", "told"),
        [("hangs_up", "could not be used"), ("is_silent", "did not answer within 0.5 seconds")],
    )
    async def test_a_server_that_breaks_off_is_tried_again(
        self, postman: Postman, mail_server: MailServer, fault: str, told: str
    ) -> None:
        setattr(mail_server, fault, True)
        await postman.tell()
        delivery = postman.delivery()
        assert (delivery["status"], delivery["attempts"]) == ("pending", 1)
        assert told in delivery["last_error"]

    async def test_a_server_that_is_down_is_tried_again(
        self, postman: Postman, settings: ApiSettings, unused_tcp_port: int
    ) -> None:
        settings.smtp_port = unused_tcp_port
        await postman.tell()
        delivery = postman.delivery()
        assert delivery["status"] == "pending"
        assert f"The mail server 127.0.0.1:{unused_tcp_port} could not be used" in delivery["last_error"]

    async def test_a_password_refused_is_tried_again_and_never_told(
        self, postman: Postman, mail_server: MailServer, settings: ApiSettings
    ) -> None:
        settings.smtp_username, settings.smtp_password = "sluice", SecretStr("open sesame")
        mail_server.takes_password = False
        await postman.tell()
        delivery = postman.delivery()
        assert delivery["status"] == "pending"
        assert "answered 535" in delivery["last_error"]
        assert "sesame" not in delivery["last_error"]

    async def test_a_password_is_given_where_there_is_one(
        self, postman: Postman, mail_server: MailServer, settings: ApiSettings
    ) -> None:
        settings.smtp_username, settings.smtp_password = "sluice", SecretStr("open sesame")
        await postman.tell()
        assert (postman.delivery()["status"], len(mail_server.mails)) == ("success", 1)

    async def test_encryption_asked_for_is_not_gone_without(
        self, postman: Postman, mail_server: MailServer, settings: ApiSettings
    ) -> None:
        settings.smtp_security = "starttls"
        await postman.tell()
        assert (postman.delivery()["status"], mail_server.mails) == ("pending", [])


async def test_what_is_no_address_fails_and_goes_where_it_is_put_right(
    postman: Postman, mail_server: MailServer, desk: Desk
) -> None:
    postman.add_account(email="kim@desk.test>\r\nRCPT TO:<evil@desk.test")
    await postman.tell()
    delivery = postman.delivery()
    assert (delivery["status"], mail_server.recipients) == ("failed", [])
    assert "is no e-mail address" in delivery["last_error"]
    desk.execute("update ops.user_account set email = %s", RECIPIENT)
    desk.execute("update ops.notification_delivery set status = 'pending', next_attempt_at = '2026-01-01'")
    await defer_forgotten(postman.context.operations)
    await postman.work()
    assert (postman.delivery()["target"], mail_server.recipients) == (RECIPIENT, [RECIPIENT])


class TestClaims:
    async def test_two_workers_at_once_send_one_mail(
        self, postman: Postman, mail_server: MailServer, desk: Desk
    ) -> None:
        postman.add_account(email=RECIPIENT)
        mail_server.data = "451 later"
        await postman.tell()
        mail_server.data = "250 OK"
        delivery_id = postman.delivery()["notification_delivery_id"]
        desk.execute("update ops.notification_delivery set next_attempt_at = now()")
        with desk.holding("select from ops.notification_delivery for update") as others:
            both = [asyncio.create_task(deliver(postman.context.outbound, delivery_id)) for _ in range(2)]
            await others.wait_for(2)
        await asyncio.gather(*both)
        assert (len(mail_server.mails), postman.delivery()["attempts"]) == (1, 2)
