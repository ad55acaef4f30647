"""Router and frame: whose pages these are, which page, and what happens when a session ends."""

from pathlib import Path

import streamlit as st

from dashboards import session
from dashboards.accounts import Account
from dashboards.addresses import docs_address
from dashboards.components.printing import show_reports
from dashboards.errors import SessionEndedError
from dashboards.gate import SIGN_IN
from dashboards.pages import pages_for
from dashboards.texts import _

LOGO = Path(__file__).parent / "images" / "sluice.svg"
WATCH_SECONDS = 15

st.set_page_config(page_title="Sluice", page_icon=str(LOGO), layout="wide")


def main() -> None:
    account = session.current_account()
    if account is None:
        show_farewell()
        return
    session.see()
    watch_session()
    st.logo(LOGO, size="large")
    page = st.navigation(pages_for(account))
    try:
        page.run()
    except SessionEndedError as ended:
        session.end(str(ended))
        st.rerun()
    show_foot(account)


@st.fragment(run_every=WATCH_SECONDS)
def watch_session() -> None:
    """Show no more numbers once the session was ended in another window, or by nobody being there."""
    if session.current_account() is None:
        st.rerun()


def show_farewell() -> None:
    """What is left once a session has ended: why, and the way back."""
    st.navigation([st.Page(lambda: None, title=_("Signed out"))], position="hidden")
    st.title("Sluice", anchor=False)
    st.text(session.take_notice() or _("You are signed out."))
    st.link_button(_("Sign in"), SIGN_IN, icon=":material/login:")


def show_foot(account: Account) -> None:
    with st.sidebar:
        st.divider()
        show_reports()
        contents = f"{docs_address()}/contents.html"
        st.link_button(_("What the numbers mean"), contents, icon=":material/menu_book:")
        st.text(_("Signed in as {name}").format(name=account.username))
        st.button(_("Sign out"), icon=":material/logout:", on_click=session.sign_out)


main()
