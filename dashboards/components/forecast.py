"""The volume forecast and, in words, how wrong it has been."""

from collections.abc import Mapping
from typing import Any

from dashboards import loaders
from dashboards.answers.forecasts import VolumeForecast
from dashboards.charts import forecasts as charts
from dashboards.charts.annotations import annotated
from dashboards.charts.base import DAY
from dashboards.components import columns, shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.opening import Opens
from dashboards.components.states import part_of_page, show_notice
from dashboards.filters import TICKETS, Filters
from dashboards.frames import forecasts as frames
from dashboards.frames.annotations import HOUR
from dashboards.frames.tickets import period_end
from dashboards.loaders import Listing, Told
from dashboards.texts import _

DAYS_AHEAD = 28
VOLUME, ROWS_OF_TICKETS = "/analytics/forecast/volume/", "/analytics/drilldown/tickets/status/"
HOURLY = "hourly"
PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", HOURLY: HOUR}
NOT_PERMITTED = (
    "The forecast is for administrators (role Admin in system tts). Everything else on this page is yours."
)


def show_forecast(filters: Filters) -> None:
    with (
        chart_card(
            _("Tickets expected in the next {days} days").format(days=DAYS_AHEAD),
            _("Per day; the dates chosen above do not apply."),
        ),
        part_of_page(_(NOT_PERMITTED)),
    ):
        show_volume(filters, {"forecast_days": str(DAYS_AHEAD)})


def show_volume(filters: Filters, chosen: Mapping[str, str]) -> None:
    """The forecast that the filters and what else was chosen ask for: chart, words on its errors, table."""
    narrowed = filters.query(TICKETS)
    told = loaders.ask(VolumeForecast, VOLUME, {**narrowed, **chosen})
    forecast = told.answer
    if forecast.forecasts:
        is_hourly = forecast.granularity == HOURLY
        table = frames.forecast_table(forecast)
        title, form = (_("Tickets per hour (UTC)"), charts.HOUR) if is_hourly else (_("Tickets"), DAY)
        opens = _opens_period(told, narrowed)
        marks = marks_of(filters, table["date"], TICKETS, PERIODS[forecast.granularity])
        show_chart(
            annotated(charts.volume_forecast(table, opens, title, form), marks),
            _("Tickets so far, and the forecast with its band"),
        )
        show_annotations(marks)
        shown.markdown(describe_quality(forecast))
        show_table(
            table.sort_values("date", ascending=False),
            _("Tickets and their forecast"),
            opens=opens,
            config={"date": columns.instant()} if is_hourly else None,
        )
    for warning in forecast.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")


def _opens_period(told: Told[VolumeForecast], narrowed: Mapping[str, str]) -> Opens:
    """The tickets of a period that is over; lists are asked for by days, so not those of an hour."""
    granularity = PERIODS[told.answer.granularity]

    def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
        if column != "tickets" or row["series"] != frames.HISTORY or granularity == HOUR:
            return None
        start = row["date"].date()
        days = {"start_date": str(start), "end_date": str(period_end(start, granularity))}
        return told.listing(loaders.address_of(ROWS_OF_TICKETS, {**narrowed, **days}))

    return opened


def describe_quality(forecast: VolumeForecast) -> str:
    """One sentence a manager can weigh: who predicts, how far off it was, what its band held."""
    names = forecast.model.name.split(" + ") if forecast.model else []
    opening = f"Predicted by {' and '.join(wording.MODEL_NAMES.get(name, name) for name in names)}"
    if forecast.fallback:
        opening += ", because no model did clearly better"
    quality = forecast.quality
    if quality is None:
        return f"{opening}. It is a sum of several forecasts, which has no backtest of its own."
    if quality.wape is None:
        return f"{opening}. There is too little history for a backtest: read it as a guess."
    sentence = f"{opening}. In backtests it was off by **{wording.share(quality.wape)}**"
    level = forecast.summary.confidence_level
    held = quality.coverage.get(f"{level:.2f}")
    if held is not None:
        sentence += f", and its {wording.share(level)} band held **{wording.share(held)}**"
        if quality.coverage_hours:
            sentence += f" of {wording.count(quality.coverage_hours)} hours"
        elif quality.coverage_days:
            sentence += f" of {quality.coverage_days} days"
    return f"{sentence}."
