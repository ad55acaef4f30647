from typing import Annotated

from pydantic import BeforeValidator, Field

from api.insights.answers.queries import DimensionFilters, lower
from api.insights.risks.enums import RiskLevel, RiskMethod

Points = Annotated[int, Field(ge=0, le=100)]


class RiskForecastQuery(DimensionFilters):
    """The rules give points; a model tells a probability, of which the score is the percentage."""

    method: Annotated[RiskMethod, BeforeValidator(lower)] = RiskMethod.RULES
    threshold: Points = 70


class RisksQuery(DimensionFilters):
    method: Annotated[RiskMethod, BeforeValidator(lower)] = RiskMethod.RULES
    level: Annotated[RiskLevel | None, BeforeValidator(lower)] = None
    least_score: Points | None = None
    is_breached: bool | None = None
    is_scored: bool | None = None
