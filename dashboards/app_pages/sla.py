"""Whether tickets are done in time: by any dimension, and those whose time runs out."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.tickets import Dashboard, Sla
from dashboards.components import printing, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards
from dashboards.components.deadlines import ask_risk, show_risks
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.freshness import show_freshness
from dashboards.components.pages import page_of
from dashboards.components.states import part_of_page
from dashboards.components.tickets import show_sla_states
from dashboards.filters import COMPARISON, DATES, TICKETS, Filters
from dashboards.loaders import Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS)
SLA, DASHBOARD = "/analytics/tickets/sla/", "/analytics/tickets/dashboard/"
DIMENSIONS = {
    "priority": _("Priority"),
    "workflow": _("Workflow"),
    "department": _("Department"),
    "category": _("Category"),
}
WITHIN_HOURS = {
    "2": _("2 hours"),
    "4": _("4 hours"),
    "8": _("8 hours"),
    "24": _("24 hours"),
    "72": _("72 hours"),
}
RATIOS = {"0.5": _("Half"), "0.8": _("80 %"), "0.9": _("90 %")}
NOT_PERMITTED = _(
    "Tickets near their target are listed for administrators (role Admin in system tts). "
    "Everything else on this page is yours."
)


@page_of(_("SLA"))
def show_page() -> None:
    filters = choose_filters()
    asked = filters.query((*TAKEN, *COMPARISON))
    told = loaders.ask(Sla, SLA, asked)
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    show_headlines(told, loaders.ask(Dashboard, DASHBOARD, asked))
    show_compliance(asked)
    with chart_card(
        _("Tickets whose time runs out"),
        _("Open tickets as of the publication, whenever they were created; hours are working hours."),
    ):
        show_near(filters)


def show_headlines(sla: Told[Sla], dashboard: Told[Dashboard]) -> None:
    of_sla, of_dashboard = loaders.meanings(SLA), loaders.meanings(DASHBOARD)
    sla_changes, changes = sla.answer.change or {}, dashboard.answer.change or {}
    counts = (("sla_breached", _("SLA breached")), ("sla_at_risk", _("At risk")))
    show_cards(
        [
            Card(
                _("SLA compliance"),
                wording.percent(sla.answer.overall_compliance_rate),
                of_sla.get("overall_compliance_rate"),
                sla.number("overall_compliance_rate"),
                sla_changes.get("overall_compliance_rate"),
                wording.percent,
                is_more_better=True,
            ),
            Card(
                _("Tickets with a target"),
                wording.count(sla.answer.total_with_sla),
                of_sla.get("total_with_sla"),
                sla.number("total_with_sla"),
                sla_changes.get("total_with_sla"),
            ),
            *(
                Card(
                    label,
                    wording.count(getattr(dashboard.answer, field)),
                    of_dashboard.get(field),
                    dashboard.number(field),
                    changes.get(field),
                    is_more_better=False,
                )
                for field, label in counts
            ),
        ]
    )


def show_compliance(asked: dict[str, str]) -> None:
    with chart_card(
        _("Compliance"),
        _("Beside each: 100 · met / (met + breached). Colours tell the states of all its tickets."),
    ):
        dimension = choose(_("Compliance by"), "by", DIMENSIONS, "priority")
        told = loaders.ask(Sla, SLA, asked | {"group_by": dimension})
        if not told.answer.sla_compliance:
            shown.info(_("No ticket was created in this selection: widen the dates or remove a filter."))
            return
        title = _("Compliance by {dimension}").format(dimension=DIMENSIONS[dimension].lower())
        show_sla_states(told, dimension, title)


def show_near(filters: Filters) -> None:
    breaches, misses, late = st.tabs([_("Next breaches"), _("Near misses"), _("Late already")])
    with breaches, part_of_page(NOT_PERMITTED):
        hours = choose(_("Target within"), "within", WITHIN_HOURS, "24")
        told = ask_risk(filters, {"within_hours": hours})
        show_risks(
            told,
            told.answer.at_risk,
            told.answer.summary.at_risk_count,
            _("**{count}** open tickets in time have at most that long left."),
            filters.query(TICKETS) | {"within_hours": hours},
        )
    with misses, part_of_page(NOT_PERMITTED):
        ratio = choose(_("Of their time has run"), "ran", RATIOS, "0.8")
        told = ask_risk(filters, {"at_risk_ratio": ratio})
        show_risks(
            told,
            told.answer.at_risk,
            told.answer.summary.at_risk_count,
            _("**{count}** open tickets in time have used that much of it."),
            filters.query(TICKETS) | {"at_risk_ratio": ratio},
        )
    with late, part_of_page(NOT_PERMITTED):
        told = ask_risk(filters, {})
        show_risks(
            told,
            told.answer.breached,
            told.answer.summary.breached_count,
            _("**{count}** open tickets are past their target."),
            filters.query(TICKETS) | {"sla_status": "breached"},
        )


def choose(label: str, key: str, options: dict[str, str], default: str) -> str:
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        default=default,
        required=True,
        key=key,
        bind="query-params",
    )
    printing.note_choice(label, options[chosen or default])
    return chosen or default


show_page()
