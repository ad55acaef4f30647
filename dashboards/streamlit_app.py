"""Router and frame: who is signed in, which page, and what happens when a session ends."""

import os
from pathlib import Path

import streamlit as st

from dashboards import session
from dashboards.errors import SessionEndedError

LOGO = Path(__file__).parent / "images" / "sluice.svg"
DEFAULT_DOCS_URL = "http://127.0.0.1:8080"

st.set_page_config(page_title="Sluice", page_icon=":material/water:", layout="wide")


def main() -> None:
    account = session.current_account()
    if account is None:
        st.navigation([st.Page("app_pages/sign_in.py", title="Sign in")], position="hidden").run()
        return
    st.logo(LOGO, size="large")
    page = st.navigation(
        [st.Page("app_pages/overview.py", title="Overview", icon=":material/dashboard:", default=True)]
    )
    try:
        page.run()
    except SessionEndedError as ended:
        session.end(str(ended))
        st.rerun()
    with st.sidebar:
        st.divider()
        docs_url = os.environ.get("SLUICE_DOCS_URL", DEFAULT_DOCS_URL)
        st.link_button("What the numbers mean", f"{docs_url}/contents.html", icon=":material/menu_book:")
        st.text(f"Signed in as {account.username}")
        st.button("Sign out", icon=":material/logout:", on_click=session.sign_out)


main()
