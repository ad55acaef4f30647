"""The volume forecast and, in words, how wrong it has been."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.forecasts import VolumeForecast
from dashboards.charts import forecasts as charts
from dashboards.components import wording
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.states import show_notice
from dashboards.errors import DashboardError, NotPermittedError, SessionEndedError
from dashboards.filters import TICKETS, Filters
from dashboards.frames import forecasts as frames

DAYS_AHEAD = 28
NOT_PERMITTED = (
    "The forecast is for administrators (role Admin in system tts). Everything else on this page is yours."
)


def show_forecast(filters: Filters) -> None:
    with chart_card(
        f"Tickets expected in the next {DAYS_AHEAD} days", "Per day; the dates chosen above do not apply."
    ):
        try:
            query = filters.query(TICKETS) | {"forecast_days": str(DAYS_AHEAD)}
            forecast = loaders.ask(VolumeForecast, "/analytics/forecast/volume/", query).answer
        except SessionEndedError:
            raise
        except NotPermittedError:
            show_notice(NOT_PERMITTED, ":material/lock:")
        except DashboardError as error:
            show_notice(str(error), ":material/query_stats:")
        else:
            _show_answer(forecast)


def _show_answer(forecast: VolumeForecast) -> None:
    if forecast.forecasts:
        table = frames.forecast_table(forecast)
        show_chart(charts.volume_forecast(table), "Tickets per day so far, and the forecast with its band")
        st.markdown(describe_quality(forecast))
        show_table(table.sort_values("date", ascending=False), "Tickets per day and their forecast")
    for warning in forecast.warnings:
        show_notice(wording.FORECAST_WARNINGS.get(warning, warning), ":material/warning:")


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
        sentence += f" of {quality.coverage_days} days"
    return f"{sentence}."
