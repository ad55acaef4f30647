"""What the forecasts answer."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import Filters, Published
from api.insights.forecasts.enums import ForecastGranularity


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
    date: dt.date
    count: int


class ForecastPoint(BaseModel):
    date: dt.date
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class ForecastModel(BaseModel):
    name: str
    version: str
    trained_at: dt.datetime
    train_start: dt.date | None
    train_end: dt.date | None
    n_obs: int


class VolumeForecast(Published):
    forecast_type: str
    granularity: ForecastGranularity
    filters: Filters
    model_info: ForecastModelInfo
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(description="Errors in backtests; none for a sum of series")
    warnings: list[str]
    fallback: bool
