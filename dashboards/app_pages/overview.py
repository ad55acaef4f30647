"""How the desk is doing: counts, SLA, flow, backlog, and what is coming."""

import streamlit as st

from dashboards import loaders
from dashboards.answers import Overview
from dashboards.components import charts, frames
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.filters import choose_filters
from dashboards.components.forecast import show_forecast
from dashboards.components.freshness import show_freshness
from dashboards.components.kpis import show_cards
from dashboards.components.states import explain
from dashboards.errors import DashboardError, SessionEndedError
from dashboards.filters import TREND_WEEKS_WITHOUT_START, Filters


def show_page() -> None:
    st.title("Overview", anchor=False)
    try:
        filters = choose_filters()
        overview = loaders.overview(filters)
        meanings = loaders.dashboard_meanings()
    except SessionEndedError:
        raise
    except DashboardError as error:
        explain(error)
        return
    show_freshness(overview.dashboard)
    show_cards(overview.dashboard, meanings)
    if overview.dashboard.total_tickets == 0:
        st.info("No ticket was created in this selection: widen the dates or remove a filter.")
    left, right = st.columns([3, 2])
    with left:
        show_flow(overview, filters)
        show_forecast(filters.dimensions)
    with right:
        show_sla(overview)
        show_states(overview)


def show_flow(overview: Overview, filters: Filters) -> None:
    table = frames.trend_table(overview.trends)
    summary = overview.trends.summary
    window = "" if filters.start else f" in {TREND_WEEKS_WITHOUT_START} weeks and this one"
    words = f"{summary.total_created:,} created, {summary.total_resolved:,} resolved{window}."
    with chart_card("Created, resolved and backlog", f"{words} A hollow point is not a whole period."):
        if summary.total_created == summary.total_resolved == 0:
            st.info("No ticket was created or resolved in these dates: choose others for an older history.")
        show_chart(charts.created_and_resolved(table), "Tickets created and resolved over time, as lines")
        show_chart(charts.backlog(table), "Open tickets at the end of each period, as an area")
        show_table(table.drop(columns="is_whole"))


def show_sla(overview: Overview) -> None:
    table = frames.sla_table(overview.sla)
    with chart_card(
        "SLA by priority",
        f"{overview.sla.total_with_sla:,} tickets are under an SLA. Beside each priority: its compliance.",
    ):
        show_chart(charts.sla_by_priority(table), "Share of tickets in each SLA state, one bar per priority")
        show_table(table.drop(columns="Bar"))


def show_states(overview: Overview) -> None:
    statuses, ages = frames.status_table(overview.statuses), frames.age_table(overview.ages)
    with chart_card("Where tickets stand", "By status, and open ones by age."):
        by_status, by_age = st.tabs(["Status", "Age of open tickets"])
        with by_status:
            show_chart(charts.counts(statuses, "Status"), "Tickets by status, as bars")
            show_table(statuses.drop(columns="Bar"))
        with by_age:
            show_chart(charts.counts(ages, "Age"), "Open tickets by age, as bars")
            show_table(ages.drop(columns="Bar"))


show_page()
