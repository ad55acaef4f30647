"""A reader's session as its pages meet it: renewed unseen, ended, and never another's."""

from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.client import ApiClient
from dashboards.errors import SessionEndedError
from dashboards.session import SESSION_ID
from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import Desk, SignIn, account_of


def told(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


def test_an_expired_token_is_renewed_unseen(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    account_of(page).access_token = "expired"
    page.selectbox(key="priority").select("High").run()
    assert page.metric[0].value == "1"
    assert account_of(page).access_token != "expired"


def test_a_session_that_cannot_be_renewed_says_so_and_leads_to_the_sign_in(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    account_of(page).access_token = "expired"
    desk.execute("update ops.refresh_token set revoked_at = now()")
    page.selectbox(key="priority").select("High").run()
    assert "Your session has ended" in told(page)
    assert SESSION_ID not in page.session_state
    assert not page.metric
    [link] = page.get("link_button")
    assert link.url == "/sign-in"


def test_the_next_reader_sees_nothing_of_the_last(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    refresh_token = account_of(page).refresh_token
    assert refresh_token is not None
    sign_out = next(button for button in page.button if button.label == "Sign out")
    sign_out.click().run()
    assert not page.metric
    assert "You are signed out." in told(page)
    with pytest.raises(SessionEndedError), closing(ApiClient(desk.url)) as client:
        client.refresh(refresh_token)
    assert "The forecast is for administrators" in told(sign_in("agent"))
