"""What is expected beside what was, as tables."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboards.answers.forecasts import (
    CategoryForecast,
    CategoryTrend,
    ForecastAccuracy,
    ResolutionForecast,
    VolumeForecast,
)
from dashboards.frames.people import FEW

HISTORY, FORECAST = "Created so far", "Forecast"
POINTS = ["date", "series", "tickets", "lower", "upper"]
GROUPS = ["Key", "Group", "Resolved", "Still open", "Expected h", "A quarter within h", "3 of 4 within h"]
CATEGORIES = ["Name", "Tickets", "A week so far", "A week expected", "Trend %", "Direction"]


def forecast_table(forecast: VolumeForecast) -> pd.DataFrame:
    """One row per period, what was created and what is expected, with the band; instants are of UTC."""
    history: list[list[object]] = [
        [point.date, HISTORY, point.count, None, None] for point in forecast.historical_data
    ]
    ahead: list[list[object]] = [
        [point.date, FORECAST, point.predicted_count, point.confidence_lower, point.confidence_upper]
        for point in forecast.forecasts
    ]
    return _points([*history, *ahead])


def accuracy_table(accuracy: ForecastAccuracy) -> pd.DataFrame:
    """One row per day that is over, what was forecast furthest ahead beside what came."""
    rows = [
        [day.date, day.predicted, day.lower_95, day.upper_95, day.actual, day.inside, day.issued_on]
        for day in accuracy.daily
    ]
    columns = ["date", "Forecast", "At least", "At most", "Came", "Within", "Issued on"]
    table = pd.DataFrame(rows, columns=columns)
    table["date"] = pd.to_datetime(table["date"])
    return table


def resolution_groups_table(forecast: ResolutionForecast) -> pd.DataFrame:
    """One row per group, with the value that lists are asked for it by; none where groups are merged."""
    rows = [
        [
            None if row.is_merged else row.workflow_id or row.group,
            f"{row.group}{', few' if row.sample_size < FEW else ''}",
            row.sample_size,
            row.still_open,
            row.predicted_hours,
            row.percentile_25,
            row.percentile_75,
            row.percentile_90,
        ]
        for row in forecast.predictions
    ]
    return pd.DataFrame(rows, columns=[*GROUPS, "9 of 10 within h"])


def resolution_days_table(forecast: ResolutionForecast) -> pd.DataFrame:
    rows = [[day.date, day.predicted_hours, day.lower, day.upper] for day in forecast.forecasts]
    table = pd.DataFrame(rows, columns=["date", "Hours", "At least", "At most"])
    table["date"] = pd.to_datetime(table["date"])
    return table


def categories_table(forecast: CategoryForecast) -> pd.DataFrame:
    rows = [
        [
            row.name,
            row.historical_total,
            row.historical_weekly_avg,
            row.forecast_weekly_avg,
            row.trend_percentage,
            row.trend_direction,
        ]
        for row in forecast.category_forecasts
    ]
    return pd.DataFrame(rows, columns=CATEGORIES)


def category_weeks_table(trend: CategoryTrend) -> pd.DataFrame:
    """One row per week by its Monday; the first that is forecast is the running one."""
    history: list[list[object]] = [
        [monday(row.week), HISTORY, row.count, None, None] for row in trend.historical
    ]
    ahead: list[list[object]] = [
        [monday(row.week), FORECAST, row.predicted_count, row.confidence_lower, row.confidence_upper]
        for row in trend.forecasts
    ]
    return _points([*history, *ahead])


def monday(week: str) -> date:
    """The first day of an ISO week such as `2026-W07`."""
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)


def _points(rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=POINTS)
    table["date"] = pd.to_datetime(table["date"], utc=True).dt.tz_localize(None)
    return table.astype({"tickets": float, "lower": float, "upper": float})
