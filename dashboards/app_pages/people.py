"""Who holds what, what became of it, and from whom to whom it went; by role where nobody is named."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.people import (
    ItemOrigins,
    ItemPerformance,
    ItemStatuses,
    ItemTrends,
    Transfers,
    Users,
)
from dashboards.charts import people as charts
from dashboards.charts.annotations import annotated
from dashboards.components import printing, shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import Card, chart_card, show_cards, show_chart, show_table
from dashboards.components.exporting import show_exports
from dashboards.components.filters import MOST_PEOPLE, choose_filters, tell_unused
from dashboards.components.freshness import show_freshness
from dashboards.components.handovers import show_transfers
from dashboards.components.opening import Opens
from dashboards.components.pages import page_of
from dashboards.components.privacy import choose_team_only
from dashboards.components.workload import MOST_BARS, show_workload
from dashboards.filters import DATES, PEOPLE, TICKETS, Filters
from dashboards.frames import people as frames
from dashboards.loaders import Number, Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS, *PEOPLE)
PERFORMANCE, USERS = "/analytics/tasks/performance/", "/analytics/tasks/users/"
TRANSFERS = "/analytics/tasks/transfers/"
RANKINGS = {
    "resolution_rate": (_("Resolved %"), "Resolved %"),
    "sla_met_rate": (_("In time %"), "In time %"),
    "resolved": (_("Items resolved"), "Resolved"),
    "avg_time_to_action_hours": (_("Mean hours to the act"), "Mean h"),
    "breach_rate": (_("Past target %"), "Past target %"),
}


@page_of(_("People"))
def show_page() -> None:
    is_team_only = choose_team_only()
    filters = choose_filters(is_team_only=is_team_only)
    told = loaders.ask(ItemPerformance, PERFORMANCE, filters.query(TAKEN))
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    transfers = loaders.ask(Transfers, TRANSFERS, filters.query(TAKEN))
    show_headlines(told, transfers)
    if told.answer.total_task_items == 0:
        shown.info(_("Nobody was given an item in this selection: widen the dates or remove a filter."))
        return
    show_workload(filters.query(["role"]), is_team_only=is_team_only)
    if is_team_only:
        show_roles(filters)
    else:
        show_people(filters)
    show_items(filters)
    show_transfers(transfers, is_team_only=is_team_only)


def show_headlines(told: Told[ItemPerformance], transfers: Told[Transfers]) -> None:
    items, moved = told.answer, transfers.answer
    compliance = "sla_compliance.summary.current_compliance_rate_percent"
    median = "time_to_action_hours.median"
    rate = items.sla_compliance.summary.current_compliance_rate_percent
    of_items, of_moves = loaders.meanings(PERFORMANCE), loaders.meanings(TRANSFERS)
    numbers = [
        (_("Items"), wording.count(items.total_task_items), "total_task_items"),
        (_("Open items"), wording.count(items.active_items), "active_items"),
        (_("Overdue items"), wording.count(items.overdue_items), "overdue_items"),
        (_("Done in time"), wording.percent(rate), compliance),
        (_("Median to the act"), wording.hours(items.time_to_action_hours.median), median),
    ]
    moves = [
        (_("Transfers"), wording.count(moved.total_transfers), "total_transfers"),
        (_("Escalations"), wording.count(moved.total_escalations), "total_escalations"),
        (_("Escalation rate"), wording.percent(moved.escalation_rate), "escalation_rate"),
    ]
    show_cards(
        [
            *(Card(label, value, of_items.get(name), told.number(name)) for label, value, name in numbers),
            *(Card(label, value, of_moves.get(name), transfers.number(name)) for label, value, name in moves),
        ]
    )


def show_people(filters: Filters) -> None:
    with chart_card(
        _("What became of their items"),
        _(
            "Beside each name: its items. A hollow bar has fewer than {few}: "
            "one of them moves its rate by more than 5 %."
        ).format(few=frames.FEW),
    ):
        left, right = st.columns(2)
        sort = left.selectbox(
            _("Ranked by"),
            list(RANKINGS),
            format_func=lambda key: RANKINGS[key][0],
            key="ranked",
            bind="query-params",
        )
        least = right.number_input(
            _("With at least so many items"), 0, 10_000, key="least", bind="query-params"
        )
        printing.note_choice(_("Ranked by"), RANKINGS[sort][0])
        printing.note_choice(_("With at least so many items"), least)
        query = {"sort": sort, "min_items": str(least), "limit": str(MOST_PEOPLE)}
        told = loaders.ask(Users, USERS, filters.query(TAKEN) | query)
        table = frames.performance_table(told.answer.user_performance)
        if table.empty:
            shown.info(_("Nobody has so many items in this selection: ask for fewer."))
            return

        def opened(row: Mapping[Any, Any], column: str) -> Number | None:
            field = frames.PEOPLE_FIELDS.get(column)
            return told.number(f"user_performance[user_id={row[frames.KEY]}].{field}") if field else None

        show_performance(table, RANKINGS[sort][1], opened, _("Performance of people"))
        show_exports(told.address)


def show_roles(filters: Filters) -> None:
    people = loaders.ask(Users, USERS, filters.query(TAKEN) | {"limit": str(MOST_PEOPLE)}).answer
    roles = sorted({role for person in people.user_performance for role in person.roles})
    chosen = [filters.role] if filters.role else roles
    told = {
        role: loaders.ask(ItemPerformance, PERFORMANCE, filters.query(TAKEN) | {"role": role})
        for role in chosen
    }
    table = frames.role_performance_table({role: answer.answer for role, answer in told.items()})

    def opened(row: Mapping[Any, Any], column: str) -> Number | None:
        field = frames.ROLE_FIELDS.get(column)
        return told[row[frames.KEY]].number(field) if field else None

    with chart_card(
        _("What became of the items of each role"),
        _(
            "Beside each name: its items. A hollow bar has fewer than {few}: "
            "one of them moves its rate by more than 5 %."
        ).format(few=frames.FEW),
    ):
        show_performance(table, "In time %", opened, _("Performance of roles"))


def show_performance(table: pd.DataFrame, measure: str, opens: Opens, words: str) -> None:
    left, right = st.columns(2)
    top = table.head(MOST_BARS)
    with left:
        show_chart(charts.ranking(top, measure, opens), _("{what}, as bars").format(what=measure))
    with right:
        show_chart(charts.times(top, opens), _("Median and ninth of ten hours to the act, as points"))
    show_table(table.drop(columns="Bar"), words, opens=opens, config={frames.KEY: None})


def show_items(filters: Filters) -> None:
    query = filters.query(TAKEN)
    left, right = st.columns([2, 3])
    with (
        left,
        chart_card(_("Where items stand and came from"), _("Each turn of somebody at a step is an item.")),
    ):
        statuses = loaders.ask(ItemStatuses, "/analytics/tasks/status/", query)
        origins = loaders.ask(ItemOrigins, "/analytics/tasks/origin/", query)
        first, second = st.tabs([_("Status"), _("Origin")])
        with first:
            show_shares(
                frames.item_status_table(statuses.answer),
                "Status",
                _("Items by status"),
                lambda row, _column: statuses.number(f"status_distribution[status={row['Key']}].count"),
            )
        with second:
            show_shares(
                frames.item_origin_table(origins.answer),
                "Origin",
                _("Items by origin"),
                lambda row, _column: origins.number(f"origin_distribution[origin={row['Key']}].count"),
            )
    with (
        right,
        chart_card(_("What happened to items"), _("By when it was noted; the last period may not be whole.")),
    ):
        trends = loaders.ask(ItemTrends, "/analytics/task-item-trends/", filters.trend_query(TAKEN)).answer
        table = frames.item_trend_table(trends)
        marks = marks_of(filters, table["date"], TAKEN, trends.granularity)
        show_chart(
            annotated(charts.noted(table, frames.NOTED[:2]), marks),
            _("Items new and resolved over time, as lines"),
        )
        show_chart(
            annotated(charts.noted(table, frames.NOTED[2:]), marks),
            _("Items transferred, escalated and breached over time, as lines"),
        )
        show_annotations(marks)
        show_table(table, _("What happened to items"))


def show_shares(table: pd.DataFrame, label: str, words: str, opens: Opens) -> None:
    show_chart(charts.shares(table, label, opens), _("{what}, as bars").format(what=words))
    show_table(table.drop(columns="Bar"), words, opens=opens, config={frames.KEY: None})


show_page()
