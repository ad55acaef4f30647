from datetime import date

from pydantic import Field

from dashboards.answers.base import Answer, Published


class HistoryPoint(Answer):
    date: date
    count: int


class ForecastPoint(Answer):
    date: date
    predicted_count: float
    confidence_lower: float
    confidence_upper: float


class ForecastSummary(Answer):
    confidence_level: float


class ForecastModel(Answer):
    name: str
    train_start: date | None
    train_end: date | None


class ForecastQuality(Answer):
    """How the served model did in backtests; the coverage of each band under its level, as "0.95"."""

    wape: float | None = None
    horizon_days: int | None = None
    coverage: dict[str, float] = Field(default_factory=dict)
    coverage_days: int = 0


class VolumeForecast(Published):
    granularity: str
    summary: ForecastSummary
    historical_data: list[HistoryPoint]
    forecasts: list[ForecastPoint]
    model: ForecastModel | None
    quality: ForecastQuality | None
    warnings: list[str]
    fallback: bool
