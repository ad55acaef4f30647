"""A calendar as it is kept: frozen JSON that names its holidays one by one.

The dates of public holidays are written down when a revision is made. A later release of the library
that knew them may know better; the clocks that ran by this revision keep the days they had.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from api.kit.dates import Weekday
from api.sla.calendars import Calendar, Interval, WorkingTime, wall_time

WEEKDAYS = tuple(day.value for day in Weekday)


def read_working_time(definition: Mapping[str, Any]) -> WorkingTime:
    """Return the calendar of a definition; the same one for the same definition, with what it worked out."""
    return _calendar_of(json.dumps(definition, sort_keys=True))


@lru_cache(maxsize=256)
def _calendar_of(text: str) -> Calendar:
    definition = json.loads(text)
    return Calendar(
        ZoneInfo(definition["time_zone"]),
        [_hours(definition["weekly_hours"].get(weekday, ())) for weekday in WEEKDAYS],
        map(date.fromisoformat, definition["closed_on"]),
    )


def _hours(intervals: list[Mapping[str, str]]) -> list[Interval]:
    hours = [Interval(read_wall_time(given["opens"]), read_wall_time(given["closes"])) for given in intervals]
    return sorted(hours, key=lambda interval: interval.opens)


def read_wall_time(text: str) -> int:
    """Read `HH:MM`, up to 24:00."""
    hour, _, minute = text.partition(":")
    return wall_time(int(hour), int(minute))
