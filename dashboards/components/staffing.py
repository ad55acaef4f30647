"""What the tickets expected ask of each role, and of how many people."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.staffing import WorkloadForecast
from dashboards.charts import staffing as charts
from dashboards.components import printing, shown, wording
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.states import show_notice
from dashboards.frames import staffing as frames
from dashboards.texts import _

WORKLOAD = "/analytics/forecast/workload/"
MOST_DAYS = 28
UTC = "UTC"


def show_staffing(days_ahead: int) -> None:
    left, middle, right = st.columns(3)
    share = left.slider(_("Picked up in time, percent"), 50, 99, 80, key="service", bind="query-params")
    minutes = middle.number_input(_("Within minutes"), 1, 1440, 60, key="within", bind="query-params")
    zone = right.selectbox(
        _("Hours of the day in"), sorted({UTC, st.context.timezone or UTC}), key="zone", bind="query-params"
    )
    printing.note_choice(_("Picked up in time, percent"), share)
    printing.note_choice(_("Within minutes"), minutes)
    printing.note_choice(_("Hours of the day in"), zone)
    query = {
        "forecast_days": str(min(days_ahead, MOST_DAYS)),
        "service_level": f"{share / 100:.2f}",
        "answer_within": str(minutes),
        "tz": zone,
    }
    answer = loaders.ask(WorkloadForecast, WORKLOAD, query).answer
    for warning in answer.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")
    show_arrivals(answer)
    show_roles(answer)


def show_arrivals(answer: WorkloadForecast) -> None:
    left, right = st.columns(2)
    with (
        left,
        chart_card(_("When tickets are expected"), _("Days of UTC, with the 95 % band where there is one.")),
    ):
        days = frames.days_table(answer)
        show_chart(charts.days(days), _("Tickets expected per day, as bars"))
        show_table(days, _("Tickets expected per day"))
    peaks = ", ".join(f"{hour}:00" for hour in answer.patterns.peak_hours)
    words = _("Most come at {hours}, and on {day}.").format(
        hours=peaks or wording.ABSENT, day=answer.patterns.busiest_day or wording.ABSENT
    )
    with right, chart_card(_("Hours they came in"), words):
        hours = frames.hours_table(answer)
        show_chart(charts.of_day(hours), _("Tickets by hour of the day, as bars"))
        show_table(hours, _("Tickets by hour of the day"))


def show_roles(answer: WorkloadForecast) -> None:
    table = frames.roles_table(answer)
    if table.empty:
        shown.info(_("No role has had an item yet."))
        return
    words = _(
        "So that {share} of the items of the busiest hour are picked up within {minutes} minutes (Erlang C)."
    )
    left, right = st.columns(2)
    with (
        left,
        chart_card(_("Hours of work"), _("Items expected by the median time that items of the role take.")),
    ):
        show_chart(charts.hours(table), _("Hours of work by role with their capacity, as bars"))
    with (
        right,
        chart_card(
            _("People needed"),
            words.format(share=wording.share(answer.service_level), minutes=answer.answer_within),
        ),
    ):
        show_chart(charts.people(table), _("People of each role and people needed, as points"))
    show_table(
        table,
        _("Work and people by role"),
        config={"In time with all": st.column_config.NumberColumn(format="percent")},
    )
