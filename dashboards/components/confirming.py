"""What cannot be undone is asked twice, and what was done is said."""

from collections.abc import Callable

import streamlit as st

from dashboards import session
from dashboards.components.states import show_notice
from dashboards.errors import DashboardError, SessionEndedError
from dashboards.texts import _

_DONE, _ASKED = "done", "asked"

# Does it, and says in one sentence what was done.
Act = Callable[[], str]


def do_now(act: Act) -> None:
    """Do what can be undone; a refusal is said where this is called."""
    try:
        st.session_state[_DONE] = act()
    except SessionEndedError as ended:
        session.end(str(ended))
    except DashboardError as error:
        show_notice(str(error), ":material/error:")
        return
    st.rerun()


def do_if_sure(question: str, act: Act) -> None:
    """Have the reader asked before it is done: by `show_what_is_asked`, from the next run on."""
    st.session_state[_ASKED] = (question, act)
    st.rerun()


def show_what_is_asked() -> None:
    """Ask what is still to be answered, and say once what was done."""
    done: str | None = st.session_state.pop(_DONE, None)
    if done:
        show_notice(done, ":material/check_circle:")
    asked: tuple[str, Act] | None = st.session_state.get(_ASKED)
    if asked is not None:
        st.dialog(_("Are you sure?"), on_dismiss=_forget_what_was_asked)(_ask)(*asked)


def _ask(question: str, act: Act) -> None:
    st.text(question)
    with st.container(horizontal=True):
        is_sure = st.button(_("Yes, do it"), key="sure")
        is_not = st.button(_("No"), key="not sure")
    if is_sure:
        _forget_what_was_asked()
        do_now(act)
    if is_not:
        _forget_what_was_asked()
        st.rerun()


def _forget_what_was_asked() -> None:
    st.session_state.pop(_ASKED, None)
