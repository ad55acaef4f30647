"""What the numbers stand on: which publication, what its checks found, where each number comes from."""

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.addresses import dagster_address, docs_address
from dashboards.answers.data import DataQuality, Lineages, ServiceHealth
from dashboards.answers.tickets import Dashboard
from dashboards.components import graphs, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards
from dashboards.components.freshness import show_freshness
from dashboards.components.lineage import graph_of_lineage
from dashboards.components.pages import page_of
from dashboards.components.states import part_of_page, show_notice
from dashboards.components.tables import show_rows
from dashboards.frames import data as frames
from dashboards.texts import _

FOR_ADMINISTRATORS = _("What the checks found is for administrators. The rest of this page is yours.")
QUALITY, DASHBOARD = "/analytics/data-quality/", "/analytics/tickets/dashboard/"
PIPELINE = ("database", "dagster", "forecast_models")
HEADLINES = {
    "total_tickets": _("Total tickets"),
    "open_tickets": _("Open"),
    "sla_compliance_rate": _("SLA compliance %"),
    "sla_breached": _("SLA breached"),
    "median_resolution_hours": _("Median resolution, hours"),
}


@page_of(_("Data"))
def show_page() -> None:
    show_links()
    parts = {
        _("Publication"): show_publication,
        _("Quality"): show_quality,
        _("Lineage"): show_lineage,
        _("Metrics"): show_metrics,
    }
    for tab, show in zip(
        st.tabs(list(parts), key="part", on_change="rerun", bind="query-params"), parts.values(), strict=True
    ):
        if tab.open:
            with tab:
                show()


def show_links() -> None:
    with st.container(horizontal=True):
        for name, address, icon in (
            (_("Pipeline in Dagster"), dagster_address(), ":material/schema:"),
            (_("dbt documentation"), docs_address(), ":material/menu_book:"),
            (_("Check results"), f"{docs_address()}/data-docs/", ":material/fact_check:"),
        ):
            st.link_button(name, address, icon=icon)


def show_publication() -> None:
    show_freshness(loaders.newest_publication())
    with part_of_page(FOR_ADMINISTRATORS):
        show_checks(loaders.ask(DataQuality, QUALITY).answer)
        health = loaders.ask_now(ServiceHealth, "/analytics/service-health/")
        components = {name: health.components[name] for name in PIPELINE if name in health.components}
        with chart_card(_("The pipeline now"), _("The last good publication is served until the next one.")):
            show_rows(frames.health_table(components), _("Parts of the pipeline and their status"))
    show_past()


def show_checks(quality: DataQuality) -> None:
    show_cards(
        [
            Card(_("Checks passed"), wording.count(quality.checks.passed)),
            Card(_("Not met"), wording.count(len(quality.checks.unmet))),
            Card(_("Warned"), wording.count(quality.checks.warned)),
            Card(_("Rows set aside"), wording.count(quality.quarantine.rows)),
        ]
    )
    if quality.checks.unmet:
        unmet = pd.DataFrame([check.model_dump() for check in quality.checks.unmet])
        show_rows(unmet, _("Checks that were not met"))


def show_past() -> None:
    words = _("Ask what was known then: by the number of a publication, a date, or an instant with its zone.")
    with chart_card(_("As known earlier"), words):
        known_on = st.text_input(
            _("Known on"), key="known_on", placeholder="2026-03-10", bind="query-params"
        ).strip()
        if not known_on:
            return
        with part_of_page(FOR_ADMINISTRATORS):
            then = loaders.ask_then(Dashboard, DASHBOARD, known_on)
            now = loaders.ask(Dashboard, DASHBOARD)
            shown.caption(
                _("Then: publication **{then}**, data as of {instant}. Now: publication **{now}**.").format(
                    then=then.answer.publication_id,
                    instant=wording.instant(then.answer.data_as_of),
                    now=now.answer.publication_id,
                )
            )
            links = {
                _("Open then"): st.column_config.LinkColumn("", display_text=_("Tickets then")),
                _("Open now"): st.column_config.LinkColumn("", display_text=_("Tickets now")),
            }
            show_rows(frames.then_and_now(then, now, HEADLINES), _("Numbers then and now"), links)


def show_quality() -> None:
    with part_of_page(FOR_ADMINISTRATORS):
        told = loaders.ask(DataQuality, QUALITY)
        show_freshness(told.answer)
        for warning in told.answer.warnings:
            show_notice(warning, ":material/warning:")
        found = told.answer.quarantine
        words = _("{rows} rows that cannot be right are counted nowhere; {tickets} tickets are in doubt.")
        with chart_card(
            _("Rows set aside"),
            words.format(rows=wording.count(found.rows), tickets=wording.count(found.tickets)),
        ):
            if told.answer.reasons:
                link = {_("Open"): st.column_config.LinkColumn("", display_text=_("Rows"))}
                show_rows(frames.reasons_table(told), _("Why rows are set aside"), link)
            else:
                shown.info(_("Every row keeps the rules."))
        with chart_card(_("What comes in"), _("Late is an event recorded over a day after it occurred.")):
            show_rows(frames.feeds_table(told.answer), _("Operational tables, their rows and their age"))


def show_lineage() -> None:
    fields: dict[str, set[str]] = {}
    for metric in loaders.catalogue():
        for carrier in metric.carried_by:
            fields.setdefault(carrier.answer, set()).add(carrier.field)
    left, right = st.columns(2)
    answer = left.selectbox(_("Answer"), sorted(fields), key="answer", bind="query-params")
    field = right.selectbox(_("Number"), sorted(fields[answer]), key="field", bind="query-params")
    query = {"answer": answer, "field": field}
    with part_of_page(FOR_ADMINISTRATORS):
        for lineage in loaders.ask_now(Lineages, "/analytics/lineage/", query).results:
            if lineage.origin != "columns":
                shown.info(_("It is not made of columns, but of: {origin}.").format(origin=lineage.origin))
                return
            graphs.show_graph(graph_of_lineage(lineage), _("From operational columns to the number"))
            table = pd.DataFrame(
                [
                    *((_("Operational column"), name) for name in lineage.operational),
                    *((_("Model"), name) for name in reversed(lineage.models)),
                    *((_("Published column"), name) for name in lineage.columns),
                ],
                columns=[_("Kind"), _("Name")],
            )
            show_rows(table, _("What the number comes from"))


def show_metrics() -> None:
    words = st.text_input(_("Words to find"), key="words", bind="query-params")
    table = frames.metrics_table(loaders.catalogue(), words)
    shown.caption(_("Metrics: {count}").format(count=wording.count(len(table))))
    show_rows(
        table, _("Metrics and what they mean"), {_("Meaning"): st.column_config.TextColumn(width="large")}
    )


show_page()
