"""Whether people are named: a reader may look at roles only, and a desk may have all its readers do so."""

import os

import streamlit as st

from dashboards.components import shown
from dashboards.texts import _

SETTING = "SLUICE_DASHBOARDS_TEAM_ONLY"
# What lists call people by.
PEOPLE_COLUMNS = frozenset(
    {"user_id", "user_name", "assignee_id", "assignee", "owner_id", "owner", "assigned_users"}
    | {"from_user_id", "from_user", "to_user_id", "to_user", "transferred_by_id", "transferred_by"}
)


def is_team_only_for_all() -> bool:
    return os.environ.get(SETTING, "").strip().lower() in {"true", "yes", "on", "1"}


def choose_team_only() -> bool:
    """Let the reader choose, where the desk leaves it to them; the choice is in the address."""
    if is_team_only_for_all():
        shown.caption(_("Roles only: this desk names nobody here."))
        return True
    return st.toggle(
        _("Roles only"),
        key="team",
        bind="query-params",
        persist_state="session",
        help=_("Nobody is named on this page: figures are told by role."),
    )
