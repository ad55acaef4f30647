"""Open tickets most likely to breach their SLA, with the reasons, each leading to its history."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.risks import RiskForecast
from dashboards.components import columns, printing, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards
from dashboards.components.exporting import show_exports
from dashboards.components.privacy import is_team_only_for_all
from dashboards.components.states import show_notice
from dashboards.filters import TICKETS, Filters
from dashboards.frames import risks as frames
from dashboards.loaders import Listing, Told, address_of
from dashboards.texts import _

RISKS, ROWS_OF_RISKS = "/analytics/forecast/sla-risk/", "/analytics/drilldown/risks/"


def show_risks(filters: Filters) -> None:
    names = {"model": _("Learnt from this desk"), "rules": _("Points of rules")}
    narrowed = filters.query(TICKETS)
    learnt = _ask(narrowed | {"method": "model"}).answer
    method = st.segmented_control(
        _("Judged by"),
        list(names),
        default="model" if learnt.model else "rules",
        required=True,
        format_func=names.__getitem__,
        key="judged",
        bind="query-params",
    )
    printing.note_choice(_("Judged by"), names[str(method)])
    narrowed |= {"method": str(method)}
    told = _ask(narrowed)
    # Whoever is shown rules because there is no model is told why.
    for warning in told.answer.warnings if learnt.model else learnt.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")
    show_levels(told, narrowed)
    with chart_card(
        _("Most likely to breach"), _("The highest risk first, at most 50; late tickets are apart.")
    ):
        shown.text(describe_method(told.answer))
        table = frames.risks_table(told.answer, is_team_only=is_team_only_for_all())
        if table.empty:
            shown.info(_("No open ticket in this selection has a risk to tell."))
            return
        shown.table(
            table,
            _("Open tickets by risk, with reasons"),
            {
                "Ticket": st.column_config.LinkColumn(display_text="#(.*)$"),
                "Risk": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%d"),
                "Why": st.column_config.TextColumn(width="large"),
                "Hours left": columns.tenths(),
                "Expected hours": columns.tenths(),
            },
        )
        if not is_team_only_for_all():
            show_exports(told.address)


def _ask(narrowed: dict[str, str]) -> Told[RiskForecast]:
    # From no risk at all on: a reader wants the worst, however few points they have.
    return loaders.ask(RiskForecast, RISKS, narrowed | {"threshold": "0"})


def show_levels(told: Told[RiskForecast], narrowed: dict[str, str]) -> None:
    means, summary = loaders.meanings(RISKS), told.answer.summary

    def rows(**more: str) -> Listing:
        return told.listing(address_of(ROWS_OF_RISKS, {**narrowed, **more}))

    cards = [
        (_("High risk"), "high_risk_count", summary.high_risk_count, rows(level="high")),
        (_("Medium risk"), "medium_risk_count", summary.medium_risk_count, rows(level="medium")),
        (_("Low risk"), "low_risk_count", summary.low_risk_count, rows(level="low")),
        (_("Late already"), "breached_count", summary.breached_count, rows(is_breached="true")),
    ]
    show_cards(
        [
            Card(label, wording.count(value), means.get(f"summary.{field}"), opened)
            for label, field, value, opened in cards
        ]
    )


def describe_method(told: RiskForecast) -> str:
    """What a score is worth, by tickets that the model had not seen."""
    if told.method == "rules":
        return _("Points from 0 to 100 for time left, time used, priority and age: an order, no probability.")
    if told.quality is None or told.quality.auc is None:
        return _("Percent; how right the model is has not been measured yet.")
    words = _(
        "Percent. Of two tickets, one that breached and one that did not, it put the right one first "
        "in {share} of the cases. A + raises the risk, a - lowers it."
    ).format(share=wording.share(told.quality.auc))
    high = told.quality.thresholds.get("0.70")
    if high is None or high.precision is None:
        return words
    return f"{words} " + _("Of those it called high, {share} breached.").format(
        share=wording.share(high.precision)
    )
