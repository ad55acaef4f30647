"""What the forecast of the workload answers."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.schemas import ForecastModel, Published, Share
from api.insights.forecasts.enums import Intensity


class WorkloadHistory(BaseModel):
    """Days that are over, of the zone asked for, from the first ticket on."""

    start_date: dt.date | None
    end_date: dt.date | None
    days: int
    tickets: int


class WorkloadPatterns(BaseModel):
    peak_hours: list[int] = Field(description="Hours with most tickets, at most 3, the first with most")
    quiet_hours: list[int] = Field(description="Hours with fewest")
    busiest_day: str | None
    quietest_day: str | None = Field(description="Of the weekdays that the history has had")


class HourShare(Share):
    hour: int
    intensity: Intensity = Field(
        description="high above a twelfth of all tickets, medium above a twenty-fourth, else low"
    )


class WeekdayShare(Share):
    day: str
    day_number: int = Field(description="1 is Sunday")


class WorkloadDay(BaseModel):
    date: dt.date = Field(description="Day of UTC; the first is that of the data, which is not over")
    day: str
    predicted_tickets: float = Field(description="The number of /analytics/forecast/volume/")
    tickets_lower: float | None = Field(description="Of the 95 % band; null where no forecast is published")
    tickets_upper: float | None
    expected_intensity: Intensity | None = Field(
        description="Tickets of the weekday in daily_distribution by the mean of all weekdays: high above "
        "1.2, low below 0.8; null without any"
    )


class RoleLoad(BaseModel):
    role: str
    predicted_items: float = Field(description="Expected tickets · items_per_ticket")
    items_lower: float | None = Field(
        description="Of the bands of all days added up, so it holds more than 95 %; items_per_ticket is "
        "taken as certain"
    )
    items_upper: float | None
    predicted_hours: float | None = Field(description="predicted_items · handling_minutes / 60")
    hours_lower: float | None
    hours_upper: float | None


class RoleDay(RoleLoad):
    date: dt.date


class RoleForecast(RoleLoad):
    agents: int = Field(description="People who hold the role now; of several roles they count in each")
    capacity_hours: float = Field(
        description="8 hours of each of them, Monday to Friday; shifts are not recorded"
    )
    utilization: float | None = Field(description="100 · predicted_hours / capacity_hours")
    items_per_ticket: float = Field(description="Items assigned in the history by tickets created in it")
    handling_minutes: float | None = Field(
        description="Median of the time from an item's assignment, or the same person's resolution before it "
        "if later, to its resolution, at most 8 hours; of the last 365 days. Idle time is within it"
    )
    handled_items: int = Field(description="Items that the median is of")
    peak_hour_items: float = Field(
        description="Items expected on the busiest day, in the hour of UTC that most items of the history "
        "came in"
    )
    recommended_agents: int | None = Field(
        description="Fewest people at work in the busiest hour who have service_level of the items picked up "
        "within answer_within minutes, by Erlang C"
    )
    expected_service_level: float | None = Field(
        description="The share, if everybody who holds the role were at work then"
    )


class WorkloadForecast(Published):
    forecast_type: str
    analysis_period_days: int
    forecast_days: int
    tz: str = Field(
        description="Zone of the history's hours and weekdays; what is forecast is told by days of UTC"
    )
    service_level: float
    answer_within: int = Field(description="Minutes")
    history: WorkloadHistory
    patterns: WorkloadPatterns
    hourly_distribution: list[HourShare]
    daily_distribution: list[WeekdayShare]
    workload_forecast: list[WorkloadDay]
    by_role: list[RoleForecast]
    by_role_daily: list[RoleDay]
    model: ForecastModel | None
    quality: dict[str, object] | None = Field(description="Errors in backtests")
    warnings: list[str]
    fallback: bool
