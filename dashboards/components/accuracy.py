"""Past forecasts beside what came, and in words how wrong they have been."""

from collections.abc import Mapping
from typing import Any

from dashboards import loaders
from dashboards.answers.forecasts import ForecastAccuracy
from dashboards.charts import forecasts as charts
from dashboards.charts.annotations import annotated
from dashboards.components import columns, shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.forecast import ROWS_OF_TICKETS
from dashboards.components.opening import href_of, show_link
from dashboards.components.states import show_notice
from dashboards.filters import TICKETS, Filters
from dashboards.frames import forecasts as frames
from dashboards.loaders import Listing
from dashboards.texts import _

ACCURACY, ROWS_OF_FORECASTS = "/analytics/forecast/accuracy/", "/analytics/drilldown/forecasts/"
# Forecasts are kept as they were issued for so many days ahead.
MOST_DAYS_AHEAD = 28


def show_accuracy(filters: Filters, days_ahead: int) -> None:
    query = filters.query(TICKETS) | {"horizon": str(min(days_ahead, MOST_DAYS_AHEAD))}
    told = loaders.ask(ForecastAccuracy, ACCURACY, query)
    with chart_card(
        _("How right past forecasts were"),
        _("Each as it was issued, beside what came on its day, with its 95 % band."),
    ):
        for warning in told.answer.warnings:
            show_notice(warning, ":material/hourglass_empty:")
        if not told.answer.daily:
            return

        def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
            if column != "Came":
                return None
            day = str(row["date"].date())
            days = {"start_date": day, "end_date": day}
            return told.listing(loaders.address_of(ROWS_OF_TICKETS, {**filters.query(TICKETS), **days}))

        table = frames.accuracy_table(told.answer)
        shown.text(describe_accuracy(told.answer))
        marks = marks_of(filters, table["date"], TICKETS)
        show_chart(
            annotated(charts.accuracy(table, opened), marks), _("Forecasts per day with bands, and what came")
        )
        show_annotations(marks)
        show_link(
            href_of(told.listing(loaders.address_of(ROWS_OF_FORECASTS, query))),
            _("See all {count} forecasts").format(count=wording.count(told.answer.summary.samples)),
        )
        show_table(
            table.sort_values("date", ascending=False),
            _("Forecasts beside what came"),
            opens=opened,
            config={"Issued on": columns.day()},
        )


def describe_accuracy(accuracy: ForecastAccuracy) -> str:
    """How wrong the forecasts have been, in which direction, and by what one could have done without them."""
    told, sentences = accuracy.summary, []
    if told.wape is not None:
        sentences.append(
            _("Made up to {ahead} days ahead, forecasts of the last {days} days were off by {error}.").format(
                ahead=accuracy.horizon, days=accuracy.days, error=wording.share(told.wape)
            )
        )
    if told.bias:
        words = (
            _("All in all {error} too many were told.")
            if told.bias > 0
            else _("All in all {error} too few were told.")
        )
        sentences.append(words.format(error=wording.share(abs(told.bias))))
    if told.coverage_95 is not None:
        sentences.append(
            _("The band that should hold 95 % of the days held {held}.").format(
                held=wording.percent(told.coverage_95)
            )
        )
    if told.seasonal_naive_ratio is not None:
        sentences.append(
            _("The error is {ratio} times that of repeating the week before.").format(
                ratio=wording.number(told.seasonal_naive_ratio)
            )
        )
    return " ".join(sentences)
