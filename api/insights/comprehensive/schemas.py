"""What the five forecasts answer together."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import Published
from api.insights.comprehensive.enums import RecommendationType, Section, Urgency


class AnalysisPeriod(BaseModel):
    history_days: int
    forecast_days: int


class ToldElsewhere(BaseModel):
    answer: str = Field(description="Where all of it is told, with the same numbers")
    fallback: bool = Field(description="True where a baseline is told in place of a model")


class DayAhead(BaseModel):
    date: dt.date
    predicted: float
    lower: float
    upper: float


class VolumeSection(ToldElsewhere):
    historical_daily_avg: float | None
    forecast_daily_avg: float | None
    trend_percentage: float | None = Field(description="Forecast mean less historical mean, by the latter")
    trend_direction: str | None
    next_7_days: list[DayAhead]


class HoursRange(BaseModel):
    min: float | None = Field(description="One of ten resolved tickets took no longer")
    max: float | None = Field(description="Nine of ten resolved tickets took no longer")


class ResolutionSection(ToldElsewhere):
    average_hours: float | None
    median_hours: float | None
    predicted_hours: float | None
    predicted_range: HoursRange


class CategorySummary(BaseModel):
    category: str
    historical_weekly_avg: float
    forecast_weekly_avg: float
    trend_percentage: float | None
    trend_direction: str


class CategorySection(ToldElsewhere):
    categories: list[CategorySummary]


class RiskSection(ToldElsewhere):
    total_open: int
    breached_count: int
    high_risk_count: int
    high_risk_percentage: float | None = Field(description="Of the open tickets that are not late yet")


class RoleSummary(BaseModel):
    role: str
    predicted_hours: float | None
    capacity_hours: float
    utilization: float | None
    recommended_agents: int | None
    agents: int


class WorkloadSection(ToldElsewhere):
    busiest_day: str | None
    peak_hours: list[int]
    by_role: list[RoleSummary]


class Reason(BaseModel):
    """The figure that a recommendation follows from, and what it is held against."""

    section: Section
    field: str
    subject: str | None = Field(description="Of what, such as the name of a role")
    value: float
    threshold: float


class Recommendation(BaseModel):
    type: RecommendationType
    priority: Urgency
    message: str
    reasons: list[Reason]


class ComprehensiveForecast(Published):
    forecast_type: str
    analysis_period: AnalysisPeriod
    included: list[Section]
    volume_forecast: VolumeSection | None
    resolution_time_forecast: ResolutionSection | None
    category_forecast: CategorySection | None
    sla_risk_summary: RiskSection | None
    workload_forecast: WorkloadSection | None
    recommendations: list[Recommendation]
    warnings: list[str] = Field(description="Those of the sections, and which section cannot be told and why")
    fallback: bool = Field(description="True where one of the sections is told by a baseline, or not at all")
