from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.insights.answers.queries import lower
from api.insights.comprehensive.enums import Section

# What the answers of whole weeks take at least and at most.
_FEWEST_WEEKS, _WEEK = 4, 7


def read_sections(value: Any) -> Any:
    """Names parted by commas, each once and in the order of the answer."""
    if not isinstance(value, str):
        return value
    named = {name for part in value.split(",") if (name := lower(part))}
    for name in sorted(named - set(Section)):
        message = "'{name}' is no section: use {known}, parted by commas"
        raise PydanticCustomError("section", message, {"name": name[:40], "known": ", ".join(Section)})
    return [section for section in Section if section in named]


class ComprehensiveQuery(BaseModel):
    days: Annotated[int, Field(ge=14, le=365)] = 60
    forecast_days: Annotated[int, Field(ge=1, le=28)] = 14
    include: Annotated[
        list[Section],
        BeforeValidator(read_sections),
        Field(min_length=1, json_schema_extra={"type": "string"}, description="Sections, parted by commas"),
    ] = Field(default_factory=lambda: list(Section))

    def addresses(self) -> Mapping[Section, str]:
        """Where each section that is asked for is told in full."""
        weeks = {
            "history_weeks": max(self.days // _WEEK, _FEWEST_WEEKS),
            "forecast_weeks": max(self.forecast_days // _WEEK, 1),
        }
        days = {"history_days": self.days, "forecast_days": self.forecast_days}
        asked: dict[Section, tuple[str, Mapping[str, int]]] = {
            Section.VOLUME: ("volume", days),
            Section.RESOLUTION: ("resolution", {"days": self.days, "forecast_days": self.forecast_days}),
            Section.CATEGORY: ("category", weeks),
            Section.SLA_RISK: ("sla-risk", {}),
            Section.WORKLOAD: ("workload", days),
        }
        return {
            section: f"/analytics/forecast/{path}/" + (f"?{urlencode(query)}" if query else "")
            for section, (path, query) in asked.items()
            if section in self.include
        }
