"""What the forecast of resolution times answers."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import ForecastModel, Published
from api.insights.forecasts.enums import ResolutionGroup, Statistic


class DateSpan(BaseModel):
    """Both days included; the drilldowns of tickets take them as `start_date` and `end_date`."""

    start_date: dt.date
    end_date: dt.date


class ResolutionFigures(BaseModel):
    """Hours from creation to the last resolution without holds, to 1 %; null without a resolved ticket."""

    average_hours: float | None
    median_hours: float | None
    std_deviation: float | None = Field(description="Of the population, in hours")
    percentile_90: float | None
    predicted_hours: float | None = Field(
        description="The statistic asked for, open tickets counted as taking longer than they have (Kaplan "
        "and Meier); the mean is restricted to the longest time seen. Null for a median where fewer than "
        "half are resolved"
    )
    still_open: int


class ResolutionOverall(ResolutionFigures):
    total_resolved: int
    percentile_10: float | None


class TicketGroup(BaseModel):
    group: str | None = Field(description="Other where groups are merged")
    workflow_id: int | None = Field(description="Of a group that is a workflow")
    is_merged: bool = Field(description="Made of all groups with fewer than five resolved tickets")
    sample_size: int = Field(description="Resolved tickets")


class ResolutionPrediction(ResolutionFigures, TicketGroup):
    min_hours: float
    max_hours: float
    percentile_25: float
    percentile_75: float


class ResolutionDay(BaseModel):
    date: dt.date = Field(description="Day of UTC on which the tickets come")
    predicted_hours: float = Field(description="Median expected of them, holds left out")
    lower: float
    upper: float


class ResolutionForecast(Published):
    forecast_type: str
    group_by: ResolutionGroup
    statistic: Statistic
    time_period_days: int
    date_range: DateSpan
    confidence_level: float
    overall_statistics: ResolutionOverall
    predictions: list[ResolutionPrediction]
    forecasts: list[ResolutionDay]
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(
        description="Of the days forecast in backtests: typical errors as factors, and how often bands held"
    )
    warnings: list[str]
    fallback: bool
