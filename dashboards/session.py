"""Whose pages these are: found by the cookie, asked with their own token."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import streamlit as st

from dashboards import provider
from dashboards.accounts import Account, accounts
from dashboards.client import connected_client
from dashboards.errors import DashboardError, SessionEndedError
from dashboards.gate import COOKIE

SESSION_ID = "session_id"
NOTICE = "notice"
# What an identity provider gave to Streamlit; the API checks the token with the provider's keys.
PROVIDED_KIND = "access"
_PROVIDED = "provided_account"
_ENDED = "ended_token"
_FOLLOWING = "is_following"

T = TypeVar("T")


def current_account() -> Account | None:
    """Who looks at this page; None once the session has ended, here or in another window."""
    found = accounts.find(_session_id())
    if found is None and provider.is_configured() and st.user.is_logged_in:
        return _provided_account()
    return found


def see() -> None:
    """The reader is there, unless it was the page that moved on by itself."""
    if not st.session_state.pop(_FOLLOWING, False):
        accounts.see(_session_id())


def follow() -> NoReturn:
    """Run the page anew, not because its reader did anything."""
    st.session_state[_FOLLOWING] = True
    st.rerun()


def reader_key() -> str:
    """What answers are kept under: another sign-in, of the same person too, sees none of them."""
    account = current_account()
    return (_session_id() or account.access_token) if account else ""


def sign_out() -> None:
    """End the session here and at the API; one that cannot be reached lets it run out by itself."""
    if current_account() is not None:
        with suppress(DashboardError):
            with_token(connected_client().sign_out)
    is_provided = accounts.find(_session_id()) is None
    _forget_everything()
    if is_provided:
        st.logout()


def end(notice: str) -> None:
    """Ask for a new sign-in, saying why; Streamlit goes on to hold a provider's token that has ended."""
    account = current_account()
    _forget_everything()
    st.session_state[NOTICE] = notice
    st.session_state[_ENDED] = account.access_token if account else None


def take_notice() -> str | None:
    notice: str | None = st.session_state.pop(NOTICE, None)
    return notice


def with_token(ask: Callable[[str], T]) -> T:
    """Ask with this reader's token; when it has run out, renew it once and ask again.

    Raises:
        SessionEndedError: nobody is signed in, or the API no longer renews the token.
    """
    account = current_account()
    if account is None:
        raise SessionEndedError("Sign in to see this page.")
    return with_token_of(account, ask)


def with_token_of(account: Account, ask: Callable[[str], T]) -> T:
    """The same for an account found earlier, as where no page runs there is none to find."""
    token = account.access_token
    try:
        return ask(token)
    except SessionEndedError:
        return ask(renewed(account, token))


def renewed(account: Account, token: str) -> str:
    """The token that comes after this one.

    Windows of one browser share the account: the first renews, the others take what it got.

    Raises:
        SessionEndedError: the API does not renew it.
    """
    with account.renewal:
        if account.access_token == token:
            if account.refresh_token is None:
                raise SessionEndedError("Your session has ended. Sign in again to go on.")
            tokens = connected_client().refresh(account.refresh_token)
            account.access_token, account.refresh_token = tokens.access_token, tokens.refresh_token
        return account.access_token


def _session_id() -> str | None:
    return st.session_state.get(SESSION_ID) or st.context.cookies.get(COOKIE)


def _provided_account() -> Account | None:
    token = str(st.user.tokens[PROVIDED_KIND])
    if token == st.session_state.get(_ENDED):
        return None
    account: Account | None = st.session_state.get(_PROVIDED)
    if account is None or account.access_token != token:
        name = str(st.user.get("preferred_username") or st.user.get("email") or st.user.get("name") or "")
        account = st.session_state[_PROVIDED] = Account(name, token, None, datetime.now(UTC))
    return account


def _forget_everything() -> None:
    """Nothing of one reader may be left for the next one at the same screen."""
    accounts.close(_session_id())
    st.session_state.clear()
