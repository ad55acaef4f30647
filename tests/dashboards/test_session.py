"""A reader's session as its pages meet it: renewed unseen, ended, and never another's."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.accounts import accounts
from dashboards.client import ApiClient
from dashboards.errors import SessionEndedError
from dashboards.session import SESSION_ID, renewed
from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import APP, Desk, SignIn, account_of, expire, open_session

MY_TASKS = """
import streamlit as st
from dashboards import loaders
from dashboards.answers.base import Page

st.text(str(loaders.ask_now(Page, "/tasks/my-tasks/").count))
"""


def told(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


def test_an_expired_token_is_renewed_unseen(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    expire(account_of(page))
    expired = account_of(page).access_token
    page.selectbox(key="priority").select("High").run()
    assert page.metric[0].value == "1"
    assert account_of(page).access_token != expired


def test_a_session_that_cannot_be_renewed_says_so_and_leads_to_the_sign_in(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    expire(account_of(page))
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


def test_signing_out_in_one_window_ends_the_others(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    other = AppTest.from_file(str(APP), default_timeout=30)
    other.session_state[SESSION_ID] = page.session_state[SESSION_ID]
    assert other.run().metric
    next(button for button in page.button if button.label == "Sign out").click().run()
    other.run()
    assert not other.metric
    assert "You are signed out." in told(other)


@pytest.mark.usefixtures("page")
def test_windows_that_renew_at_once_renew_once(desk: Desk) -> None:
    """A refresh token that is used twice ends the session."""
    account = accounts.find(open_session("manager"))
    assert account is not None
    token, windows = account.access_token, Barrier(4)

    def renew_in_a_window(_: int) -> str:
        windows.wait()
        return renewed(account, token)

    with ThreadPoolExecutor() as pool:
        got = set(pool.map(renew_in_a_window, range(4)))
    assert got == {account.access_token}
    assert token not in got
    assert [asked for asked in desk.asked if "/auth/refresh/" in asked] == ["POST /auth/refresh/?"]


def published(asked: list[str]) -> set[str]:
    """What was asked of published numbers; annotations are of charts, and not every reader has each chart."""
    return {each for each in asked if each.startswith("GET /analytics/")}


def test_another_reader_in_the_same_window_is_answered_anew(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    desk.publish_now(tickets)
    desk.publish_forecast()
    sign_in("manager")
    first = published(desk.asked)
    desk.asked.clear()
    page = sign_in("agent")
    assert published(desk.asked) == first
    assert "The forecast is for administrators" in told(page)


@pytest.mark.usefixtures("page")
def test_what_is_somebodys_own_is_kept_for_nobody_else(desk: Desk) -> None:
    mine = AppTest.from_string(MY_TASKS)
    for username in ("manager", "agent", "manager"):
        mine.session_state[SESSION_ID] = open_session(username)
        assert [text.value for text in mine.run().text] == ["0"]
    assert len([asked for asked in desk.asked if "/tasks/my-tasks/" in asked]) == 3
