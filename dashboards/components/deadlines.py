"""Tickets whose time runs out, next first, each leading to its page."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import loaders
from dashboards.answers.deadlines import Risk, SlaRisk
from dashboards.components import columns, shown, wording
from dashboards.components.opening import show_number_link
from dashboards.filters import TICKETS, Filters
from dashboards.frames.deadlines import risk_table
from dashboards.loaders import Told
from dashboards.texts import _

SLA_RISK, OPEN_TICKETS = "/analytics/sla-risk/", "/analytics/drilldown/tickets/open/"
# As many as are told at once; the whole list is behind the number.
MOST_TICKETS = "100"


def ask_risk(filters: Filters, limits: dict[str, str]) -> Told[SlaRisk]:
    """Ask by working hours left, or by the share of the time that has run."""
    return loaders.ask(SlaRisk, SLA_RISK, filters.query(TICKETS) | limits | {"limit": MOST_TICKETS})


def show_risks(
    told: Told[SlaRisk], risks: Sequence[Risk], count: int, words: str, query: Mapping[str, str]
) -> None:
    """Say how many there are, where all of them are listed, and show the first.

    `words` have a place for `{count}`; the list of open tickets that is asked for `query` holds them all.
    """
    shown.markdown(words.format(count=wording.count(count)))
    if not count:
        return
    show_number_link(told.listing(loaders.address_of(OPEN_TICKETS, query)))
    shown.table(risk_table(risks), words.format(count=wording.count(count)).replace("**", ""), _columns())
    if len(risks) < count:
        shown.caption(_("The first {shown} are shown.").format(shown=len(risks)))


def _columns() -> dict[str, Any]:
    meanings = loaders.meanings(SLA_RISK)
    left, ran = meanings.get("at_risk[].hours_remaining"), meanings.get("at_risk[].elapsed_ratio")
    return {
        "ticket_number": st.column_config.LinkColumn(_("Ticket"), display_text="#(.*)$"),
        "subject": st.column_config.TextColumn(_("Subject"), width="medium"),
        "hours_remaining": columns.tenths(_("Hours left"), left.text if left else None),
        "elapsed_ratio": st.column_config.ProgressColumn(
            _("Time run"), format="percent", min_value=0, max_value=1, help=ran.text if ran else None
        ),
        "target_resolution": columns.instant(_("Target")),
        "priority": _("Priority"),
        "workflow": _("Workflow"),
        "current_step": _("Step"),
        "status": _("Status"),
        "assignee": _("Assigned to"),
    }
