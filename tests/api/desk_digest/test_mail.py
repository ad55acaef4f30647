"""The desk's week on its way to a mailbox and an endpoint, through the channels of all notifications."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from api.kit.dates import Weekday
from api.settings import ApiSettings
from tests.api.desk_digest.conftest import risk
from tests.api.desk_digest.office import AGENT, Office
from tests.api.insights.desk import AS_OF
from tests.api.insights.publishing import Publication
from tests.factories.desk import Desk
from tests.factories.mail_server import MailServer, open_mail_server
from tests.factories.postman import Postman, open_postman
from tests.factories.webhook_target import WebhookTarget, open_webhook_target

NOW = AS_OF + timedelta(minutes=30)


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with open_mail_server() as server:
        yield server


@pytest.fixture
async def target() -> AsyncIterator[WebhookTarget]:
    async with open_webhook_target() as target:
        yield target


@pytest.fixture
def settings(database_url: str, mail_server: MailServer) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        desk_digest_day=Weekday.TUESDAY,
        dashboards_url="https://desk.example.org/",
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        smtp_security="none",
        webhook_allowed_networks="127.0.0.0/8",
    )


@pytest.fixture
async def postman(settings: ApiSettings, desk: Desk) -> AsyncIterator[Postman]:
    async with open_postman(settings, desk) as postman:
        yield postman


async def test_arrives_as_text_and_as_html_that_runs_nothing(
    office: Office, publication: Publication, postman: Postman, mail_server: MailServer
) -> None:
    publication.fill("ticket_risks", [risk(9, subject="<img src=x onerror=alert(1)> & more")])
    await office.write(NOW)
    await postman.work()
    (mail,) = mail_server.mails
    assert mail_server.recipients == ["ana@desk.test"]
    assert mail["Subject"].startswith("The desk from 2 to 8 March: ")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content().splitlines()
    at_risk = (
        "TX20260310000009  <img src=x onerror=alert(1)> & more (High): 90 %, due 10 March 2026, 19:30 UTC"
    )
    assert at_risk in text
    assert "SLA: https://desk.example.org/sla?period=Last+7+days" in text
    assert "Forecasts: https://desk.example.org/forecasts" in text
    shown = html.get_content()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more (High): 90 %" in shown
    assert "<img" not in shown
    assert 'href="https://desk.example.org/?period=Last+7+days"' in shown


@pytest.mark.usefixtures("publication")
async def test_comes_to_the_channels_that_are_on(
    office: Office, postman: Postman, mail_server: MailServer, target: WebhookTarget
) -> None:
    postman.add_webhook(target.url, types=["desk_digest"])
    await office.want(1, in_app=False, email=False)
    await office.want(8, in_app=False, email=False)
    await office.want(AGENT, in_app=True)
    assert await office.write(NOW) == 1
    await postman.work()
    assert mail_server.mails == []
    (received,) = target.received
    event = json.loads(received.body)
    assert (event["type"], event["data"]["user_id"]) == ("desk_digest", AGENT)
    assert event["data"]["facts"]["figures"]["created"]["value"] > 0
    shown = await office.read("/notifications/?notification_type=desk_digest", AGENT)
    assert [row["metadata"]["week"] for row in shown["results"]] == ["2026-W10"]


@pytest.mark.usefixtures("publication")
async def test_has_no_links_without_an_address_to_link_to(
    office: Office, postman: Postman, mail_server: MailServer
) -> None:
    await office.write(NOW, dashboards_url=None)
    await postman.work()
    html = mail_server.mails[0].get_body(("html",))
    assert html is not None
    assert "href" not in html.get_content()
