"""Where more tickets are to be expected: weeks of each category, sub-category or department."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import loaders
from dashboards.answers.forecasts import CategoryForecast, CategoryTrend
from dashboards.charts import forecasts as charts
from dashboards.charts.annotations import annotated
from dashboards.components import printing, shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.forecast import ROWS_OF_TICKETS
from dashboards.components.states import show_notice
from dashboards.filters import Filters
from dashboards.frames import forecasts as frames
from dashboards.frames.tickets import period_end
from dashboards.loaders import Listing, Told
from dashboards.texts import _

CATEGORY = "/analytics/forecast/category/"
LEVELS = ("category", "sub_category", "department")
MOST_WEEKS = 25


def show_categories(filters: Filters, days_ahead: int, confidence: str) -> None:
    level = st.segmented_control(
        _("Of each"),
        LEVELS,
        default="category",
        required=True,
        format_func=lambda name: name.replace("_", " ").capitalize(),
        key="of_each",
        bind="query-params",
    )
    printing.note_choice(_("Of each"), level)
    weeks = str(min(max(days_ahead // 7, 1), MOST_WEEKS))
    query = {"level": str(level), "forecast_weeks": weeks, "confidence": confidence}
    told = loaders.ask(CategoryForecast, CATEGORY, query)
    for warning in told.answer.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")
    if not told.answer.category_forecasts:
        shown.info(_("No ticket has come in the last weeks."))
        return
    left, right = st.columns(2)
    with left, chart_card(_("Where it goes"), _("The ten largest, tickets a week in the mean.")):
        table = frames.categories_table(told.answer)
        table["Direction"] = table["Direction"].map(wording.DIRECTIONS)
        show_chart(charts.categories(table), _("Tickets a week so far and expected, as points"))
        show_table(table, _("Tickets a week so far and expected"))
    with right:
        show_weeks(filters, told)


def show_weeks(filters: Filters, told: Told[CategoryForecast]) -> None:
    trends = {trend.name: trend for trend in told.answer.category_forecasts}
    with chart_card(
        _("Week by week"), _("Of one of them; weeks begin on Mondays, and the running one is part known.")
    ):
        chosen = st.selectbox(_("Of"), list(trends), key="of_one", bind="query-params")
        printing.note_choice(_("Of"), chosen)
        trend = trends[chosen]

        def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
            if column != "tickets" or row["series"] != frames.HISTORY:
                return None
            start = row["date"].date()
            days = {"start_date": str(start), "end_date": str(period_end(start, "week"))}
            query = {told.answer.level: trend.name, **days}
            return told.listing(loaders.address_of(ROWS_OF_TICKETS, query))

        table = frames.category_weeks_table(trend)
        marks = marks_of(filters, table["date"], names=(), period="week")
        show_chart(
            annotated(charts.volume_forecast(table, opened, _("Tickets a week")), marks),
            _("Tickets a week so far, and the forecast with its band"),
        )
        show_annotations(marks)
        shown.text(describe_trend(trend))
        show_table(table.sort_values("date", ascending=False), _("Weeks and their forecast"), opens=opened)


def describe_trend(trend: CategoryTrend) -> str:
    words = _("{before} a week so far, {after} expected: {direction}.").format(
        before=wording.number(trend.historical_weekly_avg),
        after=wording.number(trend.forecast_weekly_avg),
        direction=wording.DIRECTIONS.get(trend.trend_direction, trend.trend_direction),
    )
    return (
        f"{words} " + _("It has no forecast of its own: its last four weeks go on.")
        if trend.fallback
        else words
    )
