from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator
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


# Of hours: at least so many days, so many unless told, and at most.
HOURLY_DAYS = {"forecast_days": (1, 7, 14), "history_days": (14, 14, 28)}


class VolumeForecastQuery(DimensionFilters):
    """Hours are told of 7 days unless asked for more, at most 14, and of 14 days of history, at most 28."""

    forecast_days: Annotated[int, Field(ge=1, le=180)] = 14
    history_days: Annotated[int, Field(ge=14, le=1095)] = 90
    granularity: Annotated[ForecastGranularity, BeforeValidator(lower)] = ForecastGranularity.DAILY
    confidence: Confidence = 0.95

    @model_validator(mode="after")
    def few_days_of_hours(self) -> Self:
        if self.granularity is not ForecastGranularity.HOURLY:
            return self
        for name, (least, usual, most) in HOURLY_DAYS.items():
            if name not in self.model_fields_set:
                setattr(self, name, usual)
            elif getattr(self, name) > most:
                raise PydanticCustomError(
                    name,
                    "{name} is {value}, and hours are told of at most {most} days: "
                    "give {least} to {most}, or granularity=daily",
                    {"name": name, "value": getattr(self, name), "least": least, "most": most},
                )
        return self


class WorkloadForecastQuery(BaseModel):
    """Hours and weekdays are those of `tz`; days that are forecast are days of UTC, as all forecasts are."""

    forecast_days: Annotated[int, Field(ge=1, le=28)] = 7
    history_days: Annotated[int, Field(ge=14, le=365)] = 60
    tz: Zone = "UTC"
    service_level: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    answer_within: Annotated[int, Field(ge=1, le=1440, description="Minutes")] = 60
