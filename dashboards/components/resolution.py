"""How long tickets take by group, and how long those of the next days will."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import loaders
from dashboards.answers.forecasts import ResolutionForecast
from dashboards.charts import forecasts as charts
from dashboards.charts.annotations import annotated
from dashboards.components import printing, shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.forecast import ROWS_OF_TICKETS
from dashboards.components.states import show_notice
from dashboards.filters import Filters
from dashboards.frames import forecasts as frames
from dashboards.loaders import Listing
from dashboards.texts import _

RESOLUTION = "/analytics/forecast/resolution/"
# By what tickets are grouped, and what their lists are narrowed by.
GROUPS = {
    "priority": "priority",
    "category": "category",
    "department": "department",
    "workflow": "workflow_id",
}
MOST_DAYS = 28


def show_resolution(filters: Filters, days_ahead: int, level: str) -> None:
    by = st.segmented_control(
        _("By"),
        list(GROUPS),
        default="priority",
        required=True,
        format_func=str.capitalize,
        key="by",
        bind="query-params",
    )
    printing.note_choice(_("By"), by)
    query = {"by": str(by), "forecast_days": str(min(days_ahead, MOST_DAYS)), "confidence": level}
    told = loaders.ask(ResolutionForecast, RESOLUTION, query)
    answer = told.answer
    for warning in answer.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")

    def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
        if column != "Resolved" or row["Key"] is None:
            return None
        days = {name: str(getattr(answer.date_range, name)) for name in ("start_date", "end_date")}
        group = {GROUPS[answer.group_by]: str(row["Key"]), "status": "completed"}
        return told.listing(loaders.address_of(ROWS_OF_TICKETS, {**days, **group}))

    with chart_card(
        _("How long tickets take"),
        _("Of tickets created from {start} to {end}, holds left out. Expected counts open ones, too.").format(
            start=wording.day(answer.date_range.start_date), end=wording.day(answer.date_range.end_date)
        ),
    ):
        groups = frames.resolution_groups_table(answer)
        if groups.empty:
            shown.info(_("No ticket of these days is resolved yet."))
        else:
            show_chart(charts.resolution_groups(groups, opened), _("Hours by group: quarters and expected"))
            show_table(groups, _("Hours to resolution by group"), opens=opened, config={"Key": None})
    if answer.forecasts:
        with chart_card(
            _("How long tickets of the next days will take"), _("The median of each day, with its band.")
        ):
            days = frames.resolution_days_table(answer)
            marks = marks_of(filters, days["date"], names=())
            show_chart(
                annotated(charts.resolution_days(days), marks), _("Expected hours per day with their band")
            )
            show_annotations(marks)
            shown.text(describe_resolution(answer))
            show_table(days, _("Expected hours per day"))


def describe_resolution(answer: ResolutionForecast) -> str:
    quality, level = answer.quality, answer.confidence_level
    if quality is None or quality.error_factor is None:
        return _("There is too little history for a backtest: read it as a guess.")
    words = _("In backtests a day was typically off by a factor of {factor}.").format(
        factor=wording.number(quality.error_factor)
    )
    held = quality.coverage.get(f"{level:.2f}")
    if held is None:
        return words
    return f"{words} " + _("Its {level} band held {held} of {days} days.").format(
        level=wording.share(level), held=wording.share(held), days=quality.coverage_days
    )
