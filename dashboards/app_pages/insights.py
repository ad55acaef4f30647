"""What to act on: the score and its parts, alerts with advice, and days unlike what was expected."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.insights import Anomalies, Operational, ServiceHealth
from dashboards.charts import insights as charts
from dashboards.charts.annotations import annotated
from dashboards.components import printing, shown, wording
from dashboards.components.alerts import show_alerts
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import Card, chart_card, show_cards, show_chart, show_table
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.freshness import show_freshness
from dashboards.components.opening import Opens, show_number_link
from dashboards.components.pages import page_of
from dashboards.components.privacy import is_team_only_for_all
from dashboards.components.states import show_notice
from dashboards.filters import DATES, TICKETS, Filters
from dashboards.frames import insights as frames
from dashboards.loaders import Listing, Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS)
OPERATIONAL, ANOMALIES = "/analytics/operational/", "/analytics/anomalies/"
DAYS = (7, 14, 30, 90)
# Told in words; a table has all where there are more.
MOST_WORDS = 8


@page_of(_("Insights"))
def show_page() -> None:
    filters = choose_filters()
    told = loaders.ask(Operational, OPERATIONAL, filters.query(TAKEN))
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    show_score(told)
    left, right = st.columns([3, 2])
    with left, chart_card(_("What to act on"), _("By the limits that administrators set, the worst first.")):
        if told.answer.alerts:
            show_alerts(told, is_team_only=is_team_only_for_all())
        else:
            show_notice(_("Nothing is past its limit in this selection."), ":material/check_circle:")
    with right:
        show_parts(told)
        show_service()
    show_anomalies(filters)


def show_score(told: Told[Operational]) -> None:
    means, summary = loaders.meanings(OPERATIONAL), told.answer.summary
    show_cards(
        [
            Card(
                _("Health score of 100"), wording.count(told.answer.health_score), means.get("health_score")
            ),
            Card(_("Critical"), wording.count(summary.critical_count), means.get("summary.critical_count")),
            Card(_("Warnings"), wording.count(summary.warning_count), means.get("summary.warning_count")),
            Card(_("For information"), wording.count(summary.info_count), means.get("summary.info_count")),
        ]
    )


def show_parts(told: Told[Operational]) -> None:
    with chart_card(
        _("What takes points off"), _("15 for each critical alert, 5 for a warning, 1 for information.")
    ):
        table = frames.parts_table(told.answer)
        show_chart(charts.parts(table), _("Points that each type of alert takes off the score, as bars"))
        show_table(table.drop(columns="Bar"), _("Points by type of alert"))


def show_service() -> None:
    health = loaders.ask_now(ServiceHealth, "/analytics/service-health/")
    with chart_card(_("The service itself"), _("As it is at this moment, whatever the filters.")):
        state = wording.HEALTH.get(health.health_status, health.health_status)
        shown.text(_("All in all: {state}.").format(state=state))
        for reason in health.reasons:
            shown.text(f"• {reason.replace('_', ' ')}")
        shown.table(frames.services_table(health), _("Parts of the service"))


def show_anomalies(filters: Filters) -> None:
    with chart_card(
        _("Days unlike what was expected"),
        _("Tickets of each day that is over, of all tickets; the band is what would be usual."),
    ):
        days = st.segmented_control(
            _("Days looked at"), DAYS, default=30, required=True, key="days", bind="query-params"
        )
        printing.note_choice(_("Days looked at"), days)
        told = loaders.ask(Anomalies, ANOMALIES, {"days": str(days)})
        for warning in told.answer.warnings:
            show_notice(wording.ANOMALY_WARNINGS.get(warning, warning), ":material/warning:")
        table = frames.volumes_table(told.answer)
        if table.empty:
            shown.info(_("No day is over yet: come back tomorrow."))
            return
        opens = opens_day(told)
        # Of all tickets, so whatever part of the desk an annotation is about.
        marks = marks_of(filters, table["date"], names=())
        show_chart(
            annotated(charts.volumes(table, opens), marks),
            _("Tickets per day with the usual band and marked days"),
        )
        show_annotations(marks)
        show_table(table.sort_values("date", ascending=False), _("Tickets per day"), opens=opens)
        show_unusual(told)


def opens_day(told: Told[Anomalies]) -> Opens:
    def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
        if column != "Tickets":
            return None
        day = str(row["date"].date())
        query = {"start_date": day, "end_date": day}
        return told.listing(loaders.address_of("/analytics/drilldown/tickets/status/", query))

    return opened


def show_unusual(told: Told[Anomalies]) -> None:
    """Each unusual day in words, the newest first, with the way to its tickets."""
    is_team_only = is_team_only_for_all()
    table = frames.anomalies_table(told.answer, is_team_only=is_team_only)
    if table.empty:
        show_notice(_("Nothing was unusual on these days."), ":material/check_circle:")
        return

    def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
        anomaly = told.answer.anomalies[row["Place"]]
        is_hidden = is_team_only and anomaly.user_id is not None
        return (
            told.listing(anomaly.drilldown)
            if column == "Value" and anomaly.drilldown and not is_hidden
            else None
        )

    for row in table.head(MOST_WORDS).to_dict("records"):
        show_words(row, opened(row, "Value"))
    if len(table) > MOST_WORDS:
        show_table(table, _("Unusual days"), opens=opened, config={"Place": None})


def show_words(row: Mapping[Any, Any], opened: Listing | None) -> None:
    with st.container(horizontal=True):
        shown.text(
            _("{day}: {what}. Usual is {least} to {most}.").format(
                day=wording.day(pd.Timestamp(row["date"]).date()),
                what=row["What"],
                least=wording.number(row["At least"]),
                most=wording.number(row["At most"]),
            )
        )
        if opened is not None:
            show_number_link(opened)


show_page()
