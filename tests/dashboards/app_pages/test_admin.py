from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.calendars import read_hours
from dashboards.session import SESSION_ID
from tests.dashboards.app_pages.conftest import table_with
from tests.dashboards.conftest import Desk, account_of, let_answers_age, open_session
from tests.factories.desk import Desk as Operations
from tests.factories.notices import add_notification

PAGE = "app_pages/admin.py"
FAILED = "/tasks/failed-notifications/"


def open_page(page: AppTest, username: str = "manager", **query: str) -> AppTest:
    page.session_state[SESSION_ID] = open_session(username)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page(PAGE)
    page.run()
    assert not page.exception
    return page


def send(desk: Desk, page: AppTest, method: str, address: str, body: Any = None) -> Any:
    token = account_of(page).access_token
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, f"{desk.url}{address}", headers=headers, json=body).json()


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def field(page: AppTest, label: str) -> Any:
    return next(field for field in page.text_input if field.label == label)


def texts(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


def test_who_is_no_administrator_is_refused(page: AppTest) -> None:
    open_page(page, "agent")
    assert "Your account may not see these numbers" in " ".join(each.value for each in page.subheader)
    assert not page.dataframe


class TestThresholds:
    NAME = "stale_ticket_days"

    def value(self, desk: Desk, page: AppTest) -> float:
        told = send(desk, page, "GET", "/analytics/thresholds/")["thresholds"]
        return {each["name"]: float(each["value"]) for each in told}[self.NAME]

    def give(self, page: AppTest, value: float) -> AppTest:
        page.number_input(key=f"value of {self.NAME}").set_value(value)
        return press(page, "Save")

    def test_are_changed_and_reset(self, desk: Desk, page: AppTest) -> None:
        open_page(page, threshold=self.NAME)
        default = self.value(desk, page)
        self.give(page, default + 2)
        assert self.value(desk, page) == default + 2
        assert f"{self.NAME} is {default + 2:g} days now; it was {default:g}." in texts(page)
        thresholds = table_with(page, "Threshold").set_index("Threshold")
        assert thresholds.loc[self.NAME, "Value"] == default + 2
        press(page, "Reset to the default")
        assert self.value(desk, page) == default
        assert page.number_input(key=f"value of {self.NAME}").value == default
        assert "has its default again" in texts(page)

    def test_beyond_their_limits_are_refused_in_the_words_of_the_api(self, desk: Desk, page: AppTest) -> None:
        open_page(page, threshold=self.NAME)
        before = self.value(desk, page)
        self.give(page, 1e7)
        assert self.value(desk, page) == before
        refusal = send(desk, page, "PUT", f"/analytics/thresholds/{self.NAME}/", {"value": 1e7})
        assert refusal["details"]["value"][0] in texts(page)


class TestCalendars:
    def test_are_created_once_it_is_confirmed(self, desk: Desk, page: AppTest) -> None:
        open_page(page, part="Calendars")
        field(page, "Name").set_value("Lab")
        field(page, "Monday").set_value("08:00-12:00, 13:00-16:30")
        page.text_area[0].set_value("2026-12-24\n2026-12-31")
        press(page, "Save")
        assert send(desk, page, "GET", "/sla/calendars/")["count"] == 0
        press(page, "Yes, do it")
        (made,) = send(desk, page, "GET", "/sla/calendars/")["results"]
        assert (made["name"], made["holidays"]) == ("Lab", ["2026-12-24", "2026-12-31"])
        assert made["weekly_hours"]["monday"] == [
            {"opens": "08:00", "closes": "12:00"},
            {"opens": "13:00", "closes": "16:30"},
        ]
        assert "Lab was created." in texts(page)
        assert Operations(desk.database_url).scalar("select count(*) from ops.idempotency_key") == 1

    def test_are_changed_as_of_the_revision_that_was_seen(self, desk: Desk, page: AppTest) -> None:
        open_page(page, part="Calendars", calendar="Lab")
        assert table_with(page, "Working hours")["Working hours"][0] == "08:00-12:00, 13:00-16:30"
        field(page, "Tuesday").set_value("")
        press(page, "Save")
        press(page, "Yes, do it")
        (lab,) = send(desk, page, "GET", "/sla/calendars/")["results"]
        assert (lab["revision"], lab["weekly_hours"]["tuesday"]) == (2, [])
        field(page, "Wednesday").set_value("10:00-11:00")
        press(page, "Save")
        body = {name: lab[name] for name in ("name", "time_zone", "weekly_hours", "holidays")}
        path = f"/sla/calendars/{lab['calendar_id']}/"
        send(desk, page, "PUT", path, body | {"holidays": ["2026-12-25"]})
        press(page, "Yes, do it")
        assert send(desk, page, "GET", path)["weekly_hours"]["wednesday"] != [
            {"opens": "10:00", "closes": "11:00"}
        ]
        assert "changed" in texts(page)

    def test_that_cannot_be_are_refused_in_the_words_of_the_api(self, page: AppTest) -> None:
        open_page(page, part="Calendars")
        field(page, "Name").set_value("Odd")
        field(page, "Monday").set_value("25:00-26:00")
        press(page, "Save")
        press(page, "Yes, do it")
        assert "'25:00' is not a time of day" in texts(page)

    @pytest.mark.parametrize(
        ("text", "hours"),
        [
            ("", []),
            ("09:00 - 17:00", [{"opens": "09:00", "closes": "17:00"}]),
            ("morning", [{"opens": "morning", "closes": ""}]),
        ],
    )
    def test_read_hours(self, text: str, hours: list[dict[str, str]]) -> None:
        assert read_hours(text) == hours


class TestFailedNotifications:
    @pytest.fixture
    def number(self, desk: Desk) -> Iterator[int]:
        operations = Operations(desk.database_url)
        notification = add_notification(operations)
        yield operations.scalar(
            "insert into ops.notification_delivery (notification_id, channel, status, attempts, last_error, "
            "first_failed_at) values (%s, 'email', 'failed', 3, 'Mailbox full', now()) "
            "returning notification_delivery_id",
            notification,
        )
        desk.execute("truncate ops.notification cascade")

    def test_are_listed(self, desk: Desk, page: AppTest, number: int) -> None:
        open_page(page, part="Failed notifications")
        (told,) = send(desk, page, "GET", FAILED)["results"]
        table = table_with(page, "Error")
        assert table["Number"].tolist() == [told["failed_notification_id"]] == [number]
        assert table["Error"].tolist() == ["Mailbox full"]

    def test_are_sent_again_once_it_is_confirmed(self, desk: Desk, page: AppTest, number: int) -> None:
        open_page(page, part="Failed notifications")
        press(page, "Send this one again")
        assert not any(asked.startswith("POST /tasks") for asked in desk.asked)
        press(page, "Yes, do it")
        assert f"POST {FAILED}{number}/retry/?" in desk.asked
        assert "Nobody has tried to send the notification yet" in texts(page)
        page.toggle(key="force").set_value(True).run()
        press(page, "Send all again")
        press(page, "Yes, do it")
        assert f"POST {FAILED}retry-all/?force=true" in desk.asked
        assert "0 sent, 0 not; 1 are still to be sent." in texts(page)

    def test_none_is_said(self, page: AppTest) -> None:
        open_page(page, part="Failed notifications")
        assert [info.value for info in page.info] == ["No notification has failed."]


@pytest.mark.usefixtures("desk")
def test_queues_are_as_the_api_tells_them(desk: Desk, page: AppTest, tickets: Any) -> None:
    desk.publish_now(tickets)
    let_answers_age()
    open_page(page, part="Queue")
    parts = table_with(page, "Part").set_index("Part")
    health = send(desk, page, "GET", "/analytics/service-health/")["components"]
    assert parts.loc["Queue", "Status"] == health["queue"]["status"]
    assert parts.loc["Ticket service, to workflow api", "What is known"] == "pending: 0; failed: 0"
    assert [info.value for info in page.info] == ["There is no webhook."]
