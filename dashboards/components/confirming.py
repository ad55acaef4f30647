"""What cannot be undone is asked twice, and what was done is said."""

from collections.abc import Callable

import streamlit as st

from dashboards import session
from dashboards.components.states import show_notice
from dashboards.errors import DashboardError, SessionEndedError
from dashboards.texts import _

_DONE = "done"

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
    @st.dialog(_("Are you sure?"))
    def ask() -> None:
        st.text(question)
        if st.button(_("Yes, do it"), type="primary", key="sure"):
            do_now(act)

    ask()


def tell_what_was_done() -> None:
    """Say it once, at the place where this is called."""
    done: str | None = st.session_state.pop(_DONE, None)
    if done:
        show_notice(done, ":material/check_circle:")
