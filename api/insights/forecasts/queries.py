from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.insights.answers.queries import DimensionFilters, Name, lower
from api.insights.forecasts.enums import CategoryLevel, ForecastGranularity, ResolutionGroup, Statistic
from api.kit.dates import Zone


def confidence_percent(value: float) -> float:
    if value not in {0.8, 0.9, 0.95}:
        raise PydanticCustomError(
            "confidence", "{value} is not a published confidence: use 0.8, 0.9 or 0.95", {"value": value}
        )
    return value


Confidence = Annotated[float, AfterValidator(confidence_percent)]


class AccuracyQuery(DimensionFilters):
    days: Annotated[int, Field(ge=7, le=180)] = 90
    horizon: Annotated[int, Field(ge=1, le=28)] = 7


class ScoresQuery(AccuracyQuery):
    model: Name | None = None
    days_ahead: Annotated[int, Field(ge=1, le=28)] | None = None


class CategoryForecastQuery(BaseModel):
    forecast_weeks: Annotated[int, Field(ge=1, le=25)] = 4
    history_weeks: Annotated[int, Field(ge=4, le=104)] = 12
    level: Annotated[CategoryLevel, BeforeValidator(lower)] = CategoryLevel.CATEGORY
    confidence: Confidence = 0.95


class ResolutionForecastQuery(BaseModel):
    days: Annotated[int, Field(ge=7, le=1095)] = 90
    by: Annotated[ResolutionGroup, BeforeValidator(lower)] = ResolutionGroup.PRIORITY
    statistic: Annotated[Statistic, BeforeValidator(lower)] = Statistic.MEDIAN
    forecast_days: Annotated[int, Field(ge=1, le=28)] = 14
    confidence: Confidence = 0.95


class VolumeForecastQuery(DimensionFilters):
    forecast_days: Annotated[int, Field(ge=1, le=180)] = 14
    history_days: Annotated[int, Field(ge=14, le=1095)] = 90
    granularity: Annotated[ForecastGranularity, BeforeValidator(lower)] = ForecastGranularity.DAILY
    confidence: Confidence = 0.95


class WorkloadForecastQuery(BaseModel):
    """Hours and weekdays are those of `tz`; days that are forecast are days of UTC, as all forecasts are."""

    forecast_days: Annotated[int, Field(ge=1, le=28)] = 7
    history_days: Annotated[int, Field(ge=14, le=365)] = 60
    tz: Zone = "UTC"
    service_level: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    answer_within: Annotated[int, Field(ge=1, le=1440, description="Minutes")] = 60
