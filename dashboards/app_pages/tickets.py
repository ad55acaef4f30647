"""What came in and what was done: over time, by status, priority, age and category."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import loaders
from dashboards.answers.categories import Categories
from dashboards.answers.tickets import Ages, Dashboard, Priorities, Statuses, Trends
from dashboards.charts import categories as category_charts
from dashboards.components import printing, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards, show_chart, show_table
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.freshness import show_freshness
from dashboards.components.pages import page_of
from dashboards.components.states import part_of_page
from dashboards.components.tickets import TRENDS, ask_trends, show_counts, show_flow
from dashboards.filters import COMPARISON, DATES, TICKETS, Filters
from dashboards.frames import tickets as frames
from dashboards.frames.categories import tree_table
from dashboards.loaders import Number, Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS)
COMPARED = (*TAKEN, *COMPARISON)
DASHBOARD, CATEGORIES = "/analytics/tickets/dashboard/", "/analytics/ticket-categories/"
# Field of the answer, its name, how it is told, and whether more of it is better.
CARDS = (
    ("total_tickets", _("Total tickets"), wording.count, None),
    ("completed_tickets", _("Completed"), wording.count, True),
    ("open_tickets", _("Open"), wording.count, False),
    ("on_hold_tickets", _("On hold"), wording.count, False),
    ("unassigned_tickets", _("Unassigned"), wording.count, False),
    ("median_resolution_hours", _("Median resolution"), wording.hours, False),
    ("p90_resolution_hours", _("90 % resolved within"), wording.hours, False),
    ("avg_first_response_hours", _("First response"), wording.hours, False),
)
# Field of the summary, its name, and whether rows stand behind it.
FLOW_CARDS = (
    ("total_created", _("Created"), True),
    ("total_resolved", _("Resolved"), True),
    ("net", _("Net change"), False),
)
GRANULARITIES = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
SCOPES = {"open": _("Open tickets"), "all": _("All tickets")}


@page_of(_("Tickets"))
def show_page() -> None:
    filters = choose_filters()
    told = loaders.ask(Dashboard, DASHBOARD, filters.query(COMPARED))
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    show_headlines(told)
    if told.answer.total_tickets == 0:
        shown.info(_("No ticket was created in this selection: widen the dates or remove a filter."))
    show_chosen_flow(filters)
    for column, show in zip(st.columns(3), (show_states, show_priorities, show_ages), strict=True):
        with column:
            show(filters)
    show_categories(filters)


def show_headlines(told: Told[Dashboard]) -> None:
    meanings, changes = loaders.meanings(DASHBOARD), told.answer.change or {}
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


def show_chosen_flow(filters: Filters) -> None:
    granularity = st.segmented_control(
        _("Created and resolved by"),
        list(GRANULARITIES),
        format_func=GRANULARITIES.__getitem__,
        key="by",
        bind="query-params",
        help=_("Unless chosen, it follows from the length of the period."),
    )
    if granularity:
        printing.note_choice(_("Created and resolved by"), GRANULARITIES[granularity])
    with part_of_page(_("Your account may not see these numbers.")):
        show_flow_with_cards(filters, ask_trends(filters, granularity))


def show_flow_with_cards(filters: Filters, told: Told[Trends]) -> None:
    meanings, changes = loaders.meanings(TRENDS), told.answer.change or {}
    show_cards(
        [
            Card(
                label,
                wording.count(getattr(told.answer.summary, field)),
                meanings.get(f"summary.{field}"),
                told.number(f"summary.{field}") if is_open else None,
                changes.get(field),
            )
            for field, label, is_open in FLOW_CARDS
        ]
    )
    show_flow(filters, told)


def show_states(filters: Filters) -> None:
    told = loaders.ask(Statuses, "/analytics/tickets/status/", filters.query(COMPARED))
    with chart_card(_("By status"), tell_marks(filters)):
        show_counts(
            frames.status_table(told.answer),
            "Status",
            _("Tickets by status"),
            lambda row, _column: told.number(f"status_summary[status={row['Key']}].count"),
        )


def show_priorities(filters: Filters) -> None:
    told = loaders.ask(Priorities, "/analytics/tickets/priority/", filters.query(COMPARED))
    with chart_card(_("By priority"), tell_marks(filters)):
        show_counts(
            frames.priority_table(told.answer),
            "Priority",
            _("Tickets by priority"),
            lambda row, _column: told.number(f"priority_distribution[priority={row['Key']}].count"),
        )


def show_ages(filters: Filters) -> None:
    with chart_card(_("By age"), tell_marks(filters)):
        scope = st.segmented_control(
            _("Age of"),
            list(SCOPES),
            format_func=SCOPES.__getitem__,
            default="open",
            required=True,
            key="age_of",
            bind="query-params",
            label_visibility="collapsed",
        )
        printing.note_choice(_("Age of"), SCOPES[scope or "open"])
        told = loaders.ask(
            Ages, "/analytics/tickets/age/", filters.query(COMPARED) | {"scope": scope or "open"}
        )
        show_counts(
            frames.age_table(told.answer),
            "Age",
            _("Tickets by age"),
            lambda row, _column: told.number(f"ticket_age[age_bucket={row['Key']}].count"),
        )


def tell_marks(filters: Filters) -> str:
    if filters.compare:
        return _("Bars: the chosen period. Marks: the period before.")
    return _("Bars open to their tickets.")


def show_categories(filters: Filters) -> None:
    asked = filters.query(TAKEN)
    whole = loaders.ask(Categories, CATEGORIES, asked)
    departments = [row.department for row in whole.answer.by_department]
    with chart_card(
        _("By department, category and sub-category"),
        _("{count} tickets as they were handed in, also those that no workflow took.").format(
            count=wording.count(whole.answer.total_tickets)
        ),
    ):
        if not departments:
            shown.info(_("No ticket was handed in within this selection."))
            return
        unfolded = st.selectbox(
            _("Unfolded"), departments, key="unfolded", bind="query-params", filter_mode="contains"
        )
        printing.note_choice(_("Unfolded"), unfolded)
        branch = loaders.ask(Categories, CATEGORIES, asked | {"department": unfolded})
        table = tree_table(whole.answer, unfolded, branch.answer)

        def opened(row: Mapping[Any, Any], _column: str) -> Number:
            return (branch if row["Level"] else whole).number(row["Field"])

        show_chart(category_charts.tree(table, opened), _("Tickets of each line of the tree, as bars"))
        show_table(
            table.drop(columns="Bar"),
            _("Tickets by department, category and sub-category"),
            opens=opened,
            config={"Field": None, "Level": None},
        )


show_page()
