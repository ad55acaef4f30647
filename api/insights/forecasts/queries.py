from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.insights.answers.queries import DimensionFilters, lower
from api.insights.forecasts.enums import ForecastGranularity


def confidence_percent(value: float) -> float:
    if value not in {0.8, 0.9, 0.95}:
        raise PydanticCustomError(
            "confidence", "{value} is not a published confidence: use 0.8, 0.9 or 0.95", {"value": value}
        )
    return value


class VolumeForecastQuery(DimensionFilters):
    forecast_days: Annotated[int, Field(ge=1, le=180)] = 14
    history_days: Annotated[int, Field(ge=14, le=1095)] = 90
    granularity: Annotated[ForecastGranularity, BeforeValidator(lower)] = ForecastGranularity.DAILY
    confidence: Annotated[float, AfterValidator(confidence_percent)] = 0.95
