import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from api.kit.dates import known_zone
from api.kit.schemas import RequestModel, RequiredText
from api.sla.calendars import END, EPOCH
from api.sla.definitions import WEEKDAYS, read_wall_time
from api.sla.public_holidays import known_countries

_WALL_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _check_wall_time(value: object) -> object:
    if not isinstance(value, str) or not _WALL_TIME.fullmatch(value):
        message = f"{str(value)[:40]!r} is not a time of day: give HH:MM from 00:00 to 24:00"
        raise ValueError(message)
    return value


def _check_date(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        message = f"{str(value)[:40]!r} is not a date: give YYYY-MM-DD"
        raise ValueError(message)
    return value


def _check_year(value: date) -> date:
    if not EPOCH.year <= value.year < END.year:
        message = f"{value} is out of range: give a date from {EPOCH.year} to {END.year - 1}"
        raise ValueError(message)
    return value


WallTime = Annotated[str, BeforeValidator(_check_wall_time)]
Holiday = Annotated[date, BeforeValidator(_check_date), AfterValidator(_check_year)]
TimeZone = Annotated[RequiredText, Field(max_length=64), AfterValidator(known_zone)]


class WorkingInterval(RequestModel):
    opens: WallTime = Field(examples=["09:00"])
    closes: WallTime = Field(examples=["17:00"], description="Later than it opens; 24:00 is midnight")

    @model_validator(mode="after")
    def end_after_its_beginning(self) -> Self:
        if read_wall_time(self.opens) >= read_wall_time(self.closes):
            message = f"{self.opens} to {self.closes} is no interval: let it close later than it opens"
            raise ValueError(message)
        return self


def _check_apart(intervals: Sequence[WorkingInterval]) -> Sequence[WorkingInterval]:
    in_order = sorted(intervals, key=lambda interval: interval.opens)
    for before, after in pairwise(in_order):
        if before.closes > after.opens:
            message = (
                f"{before.opens} to {before.closes} and {after.opens} to {after.closes} overlap: "
                "join them or let the first close earlier"
            )
            raise ValueError(message)
    return in_order


DayHours = Annotated[list[WorkingInterval], Field(max_length=12), AfterValidator(_check_apart)]


class WeeklyHours(RequestModel):
    """Working hours by local wall time; a day left out is free."""

    monday: DayHours = Field(default_factory=list)
    tuesday: DayHours = Field(default_factory=list)
    wednesday: DayHours = Field(default_factory=list)
    thursday: DayHours = Field(default_factory=list)
    friday: DayHours = Field(default_factory=list)
    saturday: DayHours = Field(default_factory=list)
    sunday: DayHours = Field(default_factory=list)

    @model_validator(mode="after")
    def work_at_some_time(self) -> Self:
        if not any(getattr(self, weekday) for weekday in WEEKDAYS):
            message = "No day has working hours: give at least one interval, such as 09:00 to 17:00"
            raise ValueError(message)
        return self


class PublicHolidays(RequestModel):
    country: RequiredText = Field(max_length=8, examples=["DE"], description="ISO 3166 code")
    subdivision: RequiredText | None = Field(None, max_length=16, examples=["BE"])

    @model_validator(mode="after")
    def be_known(self) -> Self:
        subdivisions = known_countries().get(self.country)
        if subdivisions is None:
            message = f"No holidays are known of country {self.country!r}: give an ISO 3166 code such as DE"
            raise ValueError(message)
        if self.subdivision is not None and self.subdivision not in subdivisions:
            known = ", ".join(subdivisions) or "none"
            message = f"{self.country} has no subdivision {self.subdivision!r}: it has {known}"
            raise ValueError(message)
        return self


class CalendarWrite(RequestModel):
    name: RequiredText = Field(max_length=64)
    time_zone: TimeZone = Field(examples=["Europe/Berlin"])
    weekly_hours: WeeklyHours
    holidays: list[Holiday] = Field(
        default_factory=list, max_length=1000, description="Days off besides the public ones"
    )
    public_holidays: PublicHolidays | None = None


class CalendarRead(BaseModel):
    calendar_id: int
    name: str
    revision: int
    time_zone: str
    weekly_hours: WeeklyHours
    holidays: list[date]
    public_holidays: PublicHolidays | None
    closed_on: list[date] = Field(description="All days off, as this revision counts them")
    created_at: datetime
    updated_at: datetime
