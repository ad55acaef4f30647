"""What is expected, how sure that is, and how right it has been."""

import datetime as dt

from pydantic import Field

from dashboards.answers.base import Answer, Published


class HistoryPoint(Answer):
    """A day, week or month by its first day; an hour by its beginning."""

    date: dt.datetime
    count: int


class ForecastPoint(Answer):
    date: dt.datetime
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class ForecastSummary(Answer):
    confidence_level: float


class ForecastModel(Answer):
    name: str
    train_start: dt.date | None
    train_end: dt.date | None


class ForecastQuality(Answer):
    """How the served model did in backtests; the coverage of each band under its level, as "0.95"."""

    wape: float | None = None
    horizon_days: int | None = None
    coverage: dict[str, float] = Field(default_factory=dict)
    coverage_days: int = 0
    coverage_hours: int = 0


class VolumeForecast(Published):
    granularity: str
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: ForecastQuality | None
    warnings: list[str]
    fallback: bool


class AccuracySummary(Answer):
    """Shares of the tickets, and percent of the days that lay within a band."""

    samples: int
    wape: float | None
    bias: float | None
    coverage_95: float | None
    seasonal_naive_ratio: float | None


class ForecastDay(Answer):
    date: dt.date
    actual: int
    issued_on: dt.date
    predicted: float
    lower_95: float
    upper_95: float
    inside: bool


class ForecastAccuracy(Published):
    days: int
    horizon: int
    summary: AccuracySummary
    daily: list[ForecastDay]
    warnings: list[str]


class ResolutionPrediction(Answer):
    """Hours without holds, of tickets resolved in the window; few of them are merged into one group."""

    group: str | None
    workflow_id: int | None
    is_merged: bool
    sample_size: int
    still_open: int
    predicted_hours: float | None
    percentile_25: float
    percentile_75: float
    percentile_90: float | None


class ResolutionDay(Answer):
    date: dt.date
    predicted_hours: float
    lower: float
    upper: float


class DateSpan(Answer):
    start_date: dt.date
    end_date: dt.date


class ResolutionQuality(Answer):
    error_factor: float | None = None
    coverage: dict[str, float] = Field(default_factory=dict)
    coverage_days: int = 0


class ResolutionForecast(Published):
    group_by: str
    date_range: DateSpan
    confidence_level: float
    predictions: list[ResolutionPrediction]
    forecasts: list[ResolutionDay]
    quality: ResolutionQuality | None
    warnings: list[str]


class WeekCount(Answer):
    week: str
    count: int


class WeekForecast(Answer):
    week: str
    predicted_count: float
    confidence_lower: float | None
    confidence_upper: float | None


class CategoryTrend(Answer):
    """Weeks of one member of the level that was asked for, which is the one that is given."""

    category: str | None = None
    sub_category: str | None = None
    department: str | None = None
    historical_total: int
    historical_weekly_avg: float
    trend_percentage: float | None
    trend_direction: str
    forecast_weekly_avg: float
    historical: list[WeekCount]
    forecasts: list[WeekForecast]
    fallback: bool

    @property
    def name(self) -> str:
        return self.category or self.sub_category or self.department or ""


class CategoryForecast(Published):
    level: str
    confidence_level: float
    category_forecasts: list[CategoryTrend]
    quality: ForecastQuality | None
    warnings: list[str]
