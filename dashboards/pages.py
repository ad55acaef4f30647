"""Which pages there are, in which order, and for whom.

They stand in one list: Streamlit's sections are no list to a screen reader.
"""

import streamlit as st

from dashboards.accounts import Account
from dashboards.components.opening import ROWS, ROWS_PATH, TICKET, TICKET_PATH
from dashboards.texts import _


def pages_for(account: Account) -> list[st.Page]:
    """The pages of a reader; one may be refused all the same, which the API decides."""
    return [
        st.Page("app_pages/overview.py", title=_("Overview"), icon=":material/dashboard:", default=True),
        st.Page("app_pages/operations.py", title=_("Operations"), icon=":material/support_agent:"),
        st.Page("app_pages/tickets.py", title=_("Tickets"), icon=":material/confirmation_number:"),
        st.Page("app_pages/sla.py", title=_("SLA"), icon=":material/timer:"),
        st.Page("app_pages/workflows.py", title=_("Workflows"), icon=":material/account_tree:"),
        st.Page("app_pages/people.py", title=_("People"), icon=":material/groups:"),
        st.Page("app_pages/insights.py", title=_("Insights"), icon=":material/lightbulb:"),
        st.Page("app_pages/forecasts.py", title=_("Forecasts"), icon=":material/query_stats:"),
        st.Page("app_pages/data.py", title=_("Data"), icon=":material/database:"),
        # Others are not led there, and told by the API that it is not theirs.
        st.Page(
            "app_pages/admin.py",
            title=_("Admin"),
            icon=":material/settings:",
            visibility="visible" if account.is_admin else "hidden",
        ),
        st.Page(ROWS, title=_("Behind a number"), url_path=ROWS_PATH, visibility="hidden"),
        st.Page(TICKET, title=_("Ticket"), url_path=TICKET_PATH, visibility="hidden"),
    ]
