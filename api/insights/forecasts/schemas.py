"""What the forecasts answer."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import Filters, ForecastModel, Published, Rows
from api.insights.forecasts.enums import CategoryLevel, ForecastGranularity


class ForecastModelInfo(BaseModel):
    methods: list[str]
    history_days: int
    forecast_periods: int


class ForecastSummary(BaseModel):
    historical_average: float | None
    forecast_average: float | None
    trend_direction: str | None = Field(description="increasing, decreasing, or stable within 5 %")
    confidence_level: float


class HistoryPoint(BaseModel):
    date: dt.date | dt.datetime = Field(
        description="First day of a period that is over; of hours the instant it begins at"
    )
    count: int


class ForecastPoint(BaseModel):
    date: dt.date | dt.datetime = Field(
        description="First day of the period, which may be running; of hours the instant it begins at"
    )
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class PeriodPoint(ForecastPoint):
    date: dt.date


class HourPoint(ForecastPoint):
    date: dt.datetime


class VolumeForecast(Published):
    forecast_type: str
    granularity: ForecastGranularity
    filters: Filters
    model_info: ForecastModelInfo
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(
        description="Errors in backtests, of hours those of hours; none for a sum of series"
    )
    warnings: list[str]
    fallback: bool


class WeekCount(BaseModel):
    week: str = Field(description="ISO week, such as 2026-W07")
    count: int


class WeekForecast(BaseModel):
    week: str
    predicted_count: float


class WeekForecastInBand(WeekForecast):
    confidence_lower: float | None
    confidence_upper: float | None


class CategoryTrend(BaseModel):
    category: str | None = Field(None, description="At the level of categories")
    sub_category: str | None = Field(None, description="At the level of sub-categories")
    department: str | None = Field(None, description="At the level of departments")
    historical_total: int
    historical_weekly_avg: float
    trend_percentage: float | None = Field(
        description="Mean of the last four weeks, by that of the first four"
    )
    trend_direction: str = Field(description="increasing, decreasing, or stable within 5 %")
    forecast_weekly_avg: float
    historical: list[WeekCount]
    forecasts: list[WeekForecastInBand]
    fallback: bool = Field(description="True where it has no forecast and its last four weeks go on")


class CategoryForecast(Published):
    forecast_type: str
    level: CategoryLevel
    history_weeks: int
    forecast_weeks: int
    confidence_level: float
    category_forecasts: list[CategoryTrend]
    others: list[WeekForecast] = Field(description="What the ten leave of all tickets")
    total: list[WeekForecast] = Field(description="All tickets, as /analytics/forecast/volume/ has them")
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(
        description="Errors of the forecast of all tickets in backtests"
    )
    warnings: list[str]
    fallback: bool


class AccuracyFigures(BaseModel):
    samples: int = Field(description="Forecasts of a day that is over, each number of days ahead by itself")
    mae: float | None = Field(description="Mean absolute error, tickets a day")
    wape: float | None = Field(description="Sum of absolute errors by sum of tickets")
    bias: float | None = Field(description="Sum of errors by sum of tickets; above 0 too many were forecast")
    coverage_80: float | None = Field(description="Percent of the days that lay within the 80 % band")
    coverage_90: float | None
    coverage_95: float | None
    seasonal_naive_ratio: float | None = Field(
        description="Error by that of the same weekday a week before; below 1 is better than that baseline"
    )
    weekday_mean_ratio: float | None = Field(description="The same, by the mean of four weeks before")


class AccuracySummary(AccuracyFigures):
    runs: int
    since: dt.date | None = Field(description="Day the oldest of these forecasts was issued on")


class AccuracyByWeek(AccuracyFigures):
    days_ahead: str


class AccuracyByModel(AccuracyFigures):
    name: str


class ForecastDay(BaseModel):
    date: dt.date
    actual: int
    issued_on: dt.date
    predicted: float
    lower_95: float
    upper_95: float
    inside: bool


class ForecastAccuracy(Published):
    forecast_type: str
    filters: Filters
    days: int
    horizon: int
    summary: AccuracySummary
    by_week_ahead: list[AccuracyByWeek]
    by_model: list[AccuracyByModel]
    daily: list[ForecastDay]
    warnings: list[str]


class ForecastScore(BaseModel):
    date: dt.date
    days_ahead: int = Field(description="1 is the day the forecast was issued on, which was not over")
    issued_on: dt.date
    run_id: int
    model: str
    fallback: bool
    predicted: float
    lower_80: float
    upper_80: float
    lower_90: float
    upper_90: float
    lower_95: float
    upper_95: float
    actual: int
    error: float = Field(description="Predicted less actual")
    seasonal_naive: float | None = Field(description="Tickets of the same weekday in the week before")
    weekday_mean: float | None = Field(description="Mean of the same weekday in four weeks before")


class ForecastScores(Rows[ForecastScore]):
    """Forecasts beside what came."""
