"""What the analytics answer about a week of the desk, put side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from api.desk_digest.answers import NotToldError, Reader, Told
from api.desk_digest.weeks import Week

MOST_AT_RISK = 3
PERCENT = " %"
# The running week and three more: its forecast is among them, however old the publication.
_FORECAST_DAYS = 28
_RISKS = "/analytics/drilldown/risks/"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a week, beside that of the week before."""

    title: str
    unit: str
    value: float | None
    before: float | None
    # By how much it moved, as the answer has it: percent of what it was, of a percentage its points.
    moved: float | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A week of the desk as one person may read it.

    Attributes:
        week: Which week.
        now: When it was asked for.
        flow: What was created and resolved, by day.
        figures_of_created: Key figures of the tickets created in the week.
        others: The answers that only some may read, by name.
    """

    week: Week
    now: datetime
    flow: dict[str, Any]
    figures_of_created: dict[str, Any]
    others: Mapping[str, Told]

    @property
    def figures(self) -> dict[str, Figure]:
        """The headline numbers, each with its own of the week before."""
        flow, created = self.flow, self.figures_of_created
        return {
            "created": _of_summary("Created", flow, "total_created"),
            "resolved": _of_summary("Resolved", flow, "total_resolved"),
            "open": Figure("Open at its end", "", _backlog(flow), _backlog(flow["previous"])),
            "sla_compliance_rate": _figure("SLA compliance", PERCENT, created, "sla_compliance_rate"),
            "sla_breached": _figure("SLA breached", "", created, "sla_breached"),
            "median_resolution_hours": _figure("Median resolution", " h", created, "median_resolution_hours"),
        }

    @property
    def expected(self) -> dict[str, Any] | None:
        """The published forecast of the week that follows; None without one."""
        forecast = self.others["forecast"]
        if not forecast.is_told:
            return None
        day = self.week.following.first.isoformat()
        return next((each for each in forecast.body["forecasts"] if each["date"] == day), None)

    @property
    def at_risk(self) -> list[dict[str, Any]]:
        risks = self.others["risks"]
        return list(risks.body["results"]) if risks.is_told else []

    @property
    def is_by_model(self) -> bool:
        return bool(self.others["risks"].body.get("filters", {}).get("method") == "model")


async def read_review(reader: Reader, week: Week, now: datetime) -> Review | None:
    """Ask for everything that the digest tells; None while nothing is published.

    Raises:
        NotToldError: Something is, and its headline numbers cannot be read.
    """
    days = {"start_date": week.first, "end_date": week.last, "compare": "previous"}
    flow = await reader.ask(f"/analytics/ticket-trends/?{urlencode(days)}")
    created = await reader.ask(f"/analytics/tickets/dashboard/?{urlencode(days)}")
    for told in (flow, created):
        if told.is_unpublished:
            return None
        if not told.is_told:
            raise NotToldError(told.body["error"])
    forecast = urlencode({"granularity": "weekly", "forecast_days": _FORECAST_DAYS})
    others = {
        "forecast": await reader.ask(f"/analytics/forecast/volume/?{forecast}"),
        "risks": await _ask_risks(reader),
        "alerts": await reader.ask("/analytics/operational/"),
        "quality": await reader.ask("/analytics/data-quality/"),
        "health": await reader.ask("/analytics/service-health/"),
    }
    return Review(week, now, flow.body, created.body, others)


async def _ask_risks(reader: Reader) -> Told:
    """By the model where it has scores, else by the points of the rules."""
    asked = {"is_breached": "false", "is_scored": "true", "page_size": MOST_AT_RISK}
    by_model, by_rules = [f"{_RISKS}?{urlencode({'method': name} | asked)}" for name in ("model", "rules")]
    told = await reader.ask(by_model)
    return told if not told.is_told or told.body["count"] else await reader.ask(by_rules)


def _of_summary(title: str, answer: Mapping[str, Any], name: str) -> Figure:
    value, before = answer["summary"][name], answer["previous"]["summary"][name]
    return Figure(title, "", value, before, _moved(answer, name, ""))


def _figure(title: str, unit: str, answer: Mapping[str, Any], name: str) -> Figure:
    return Figure(title, unit, answer[name], answer["previous"][name], _moved(answer, name, unit))


def _moved(answer: Mapping[str, Any], name: str, unit: str) -> float | None:
    change = answer["change"].get(name)
    moved: float | None = change and change["absolute" if unit == PERCENT else "percent"]
    return moved


def _backlog(answer: Mapping[str, Any]) -> float | None:
    return answer["trends"][-1]["backlog"] if answer["trends"] else None
