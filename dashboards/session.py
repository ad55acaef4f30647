"""Who is signed in, kept in this browser session's memory and nowhere else."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from dashboards.client import ApiClient
from dashboards.errors import DashboardError, SessionEndedError

ACCOUNT = "account"
NOTICE = "sign_in_notice"
DEFAULT_API_URL = "http://127.0.0.1:8002"

T = TypeVar("T")


@dataclass
class Account:
    username: str
    access_token: str
    refresh_token: str


@st.cache_resource
def api_client(base_url: str) -> ApiClient:
    """One connection pool for all sessions: it holds no token."""
    return ApiClient(base_url)


def connected_client() -> ApiClient:
    return api_client(os.environ.get("SLUICE_WORKFLOW_API_URL", DEFAULT_API_URL))


def current_account() -> Account | None:
    account: Account | None = st.session_state.get(ACCOUNT)
    return account


def sign_in(username: str, password: str) -> None:
    tokens = connected_client().sign_in(username, password)
    _forget_everything()
    st.session_state[ACCOUNT] = Account(username, tokens.access_token, tokens.refresh_token)


def sign_out() -> None:
    """End the session here and at the API; one that cannot be reached lets it run out by itself."""
    account = current_account()
    if account is not None:
        with suppress(DashboardError):
            with_token(account.username, connected_client().sign_out)
    _forget_everything()


def end(notice: str) -> None:
    """Ask for a new sign-in, saying why."""
    _forget_everything()
    st.session_state[NOTICE] = notice


def take_notice() -> str | None:
    notice: str | None = st.session_state.pop(NOTICE, None)
    return notice


def with_token(username: str, ask: Callable[[str], T]) -> T:
    """Ask with this reader's token; when it has run out, renew it once and ask again.

    Raises:
        SessionEndedError: this reader is not the one signed in, or the API no longer renews the token.
    """
    account = current_account()
    if account is None or account.username != username:
        raise SessionEndedError("Sign in to see this page.")
    try:
        return ask(account.access_token)
    except SessionEndedError:
        tokens = connected_client().refresh(account.refresh_token)
        account.access_token, account.refresh_token = tokens.access_token, tokens.refresh_token
        return ask(account.access_token)


def _forget_everything() -> None:
    """Nothing of one reader may be left for the next one at the same screen."""
    st.session_state.clear()
