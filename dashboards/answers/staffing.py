"""What the tickets expected ask of each role, and of how many people."""

from datetime import date

from dashboards.answers.base import Answer, Published


class WorkloadPatterns(Answer):
    peak_hours: list[int]
    busiest_day: str | None


class HourShare(Answer):
    hour: int
    count: int
    percentage: float | None


class WorkloadDay(Answer):
    date: date
    day: str
    predicted_tickets: float
    tickets_lower: float | None
    tickets_upper: float | None


class RoleForecast(Answer):
    """`recommended_agents` keep the service level in the busiest hour; `agents` hold the role now."""

    role: str
    predicted_items: float
    predicted_hours: float | None
    hours_lower: float | None
    hours_upper: float | None
    agents: int
    capacity_hours: float
    utilization: float | None
    handling_minutes: float | None
    handled_items: int
    peak_hour_items: float
    recommended_agents: int | None
    expected_service_level: float | None


class WorkloadForecast(Published):
    tz: str
    service_level: float
    answer_within: int
    patterns: WorkloadPatterns
    hourly_distribution: list[HourShare]
    workload_forecast: list[WorkloadDay]
    by_role: list[RoleForecast]
    warnings: list[str]
