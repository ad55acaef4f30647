"""How the desk is doing: counts, SLA, flow, backlog, and what is coming."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.tickets import Ages, Dashboard, Sla, Statuses
from dashboards.components import shown, wording
from dashboards.components.cards import Card, chart_card, show_cards
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.forecast import show_forecast
from dashboards.components.freshness import show_freshness
from dashboards.components.pages import page_of
from dashboards.components.tickets import ask_trends, show_counts, show_flow, show_sla_states
from dashboards.filters import COMPARISON, DATES, TICKETS, Filters
from dashboards.frames import tickets as frames
from dashboards.loaders import Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS)
DASHBOARD = "/analytics/tickets/dashboard/"
# Field of the answer, its name, how it is told, and whether more of it is better.
CARDS = (
    ("total_tickets", _("Total tickets"), wording.count, None),
    ("open_tickets", _("Open"), wording.count, False),
    ("unassigned_tickets", _("Unassigned"), wording.count, False),
    ("sla_compliance_rate", _("SLA compliance"), wording.percent, True),
    ("sla_breached", _("SLA breached"), wording.count, False),
    ("sla_at_risk", _("At risk"), wording.count, False),
    ("median_resolution_hours", _("Median resolution"), wording.hours, False),
    ("avg_first_response_hours", _("First response"), wording.hours, False),
)


@page_of(_("Overview"))
def show_page() -> None:
    filters = choose_filters()
    told = loaders.ask(Dashboard, DASHBOARD, filters.query((*TAKEN, *COMPARISON)))
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    show_headlines(told)
    if told.answer.total_tickets == 0:
        shown.info(_("No ticket was created in this selection: widen the dates or remove a filter."))
    left, right = st.columns([3, 2])
    with left:
        show_flow(filters, ask_trends(filters))
        show_forecast(filters)
    with right:
        show_sla(filters)
        show_states(filters)


def show_headlines(told: Told[Dashboard]) -> None:
    meanings = loaders.meanings(DASHBOARD)
    changes = told.answer.change or {}
    show_cards(
        [
            Card(
                label,
                tell(getattr(told.answer, field)),
                meanings.get(field),
                told.number(field),
                changes.get(field),
                tell,
                is_more_better,
            )
            for field, label, tell, is_more_better in CARDS
        ]
    )


def show_sla(filters: Filters) -> None:
    told = loaders.ask(Sla, "/analytics/tickets/sla/", filters.query(TAKEN))
    with chart_card(
        _("SLA by priority"),
        _("{count} tickets are under an SLA. Beside each priority: its compliance.").format(
            count=wording.count(told.answer.total_with_sla)
        ),
    ):
        show_sla_states(told, "priority", _("SLA by priority"))


def show_states(filters: Filters) -> None:
    statuses = loaders.ask(Statuses, "/analytics/tickets/status/", filters.query(TAKEN))
    ages = loaders.ask(Ages, "/analytics/tickets/age/", filters.query(TAKEN))
    with chart_card(_("Where tickets stand"), _("By status, and open ones by age.")):
        first, second = st.tabs([_("Status"), _("Age of open tickets")])
        with first:
            show_counts(
                frames.status_table(statuses.answer),
                "Status",
                _("Tickets by status"),
                lambda row, _column: statuses.number(f"status_summary[status={row['Key']}].count"),
            )
        with second:
            show_counts(
                frames.age_table(ages.answer),
                "Age",
                _("Open tickets by age"),
                lambda row, _column: ages.number(f"ticket_age[age_bucket={row['Key']}].count"),
            )


show_page()
