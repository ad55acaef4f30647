"""Which week is told, and from when on: hours are of the reader's zone, weeks are of UTC days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.desk_digest.weeks import Week, last_whole_week, week_due
from api.kit.dates import Weekday

MARCH_2, MARCH_9, MARCH_23 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 23)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "first"),
    [
        (at(16, 6, 59), "UTC", None),
        (at(16, 7), "UTC", MARCH_9),
        (at(16, 23, 59), "UTC", MARCH_9),
        (at(17, 0), "UTC", None),
        # An hour ahead of UTC in winter, two in summer: the clocks change on Sunday, 29 March.
        (at(23, 5, 59), "Europe/Berlin", None),
        (at(23, 6), "Europe/Berlin", date(2026, 3, 16)),
        (at(30, 4, 59), "Europe/Berlin", None),
        (at(30, 5), "Europe/Berlin", MARCH_23),
        # Where Monday morning is still Sunday in UTC the week is told when it is over.
        (at(15, 23, 59), "Pacific/Kiritimati", None),
        (at(16, 0), "Pacific/Kiritimati", MARCH_9),
        (at(16, 10), "Pacific/Kiritimati", None),
        (at(16, 17), "Pacific/Honolulu", MARCH_9),
        (at(17, 9, 59), "Pacific/Honolulu", MARCH_9),
    ],
)
def test_is_due_on_mondays_from_the_hour_of_the_reader(now: datetime, zone: str, first: date | None) -> None:
    found = week_due(Weekday.MONDAY, 7, ZoneInfo(zone), now)
    assert (found and found.first) == first


def test_any_day_tells_the_last_whole_week() -> None:
    assert week_due(Weekday.FRIDAY, 0, ZoneInfo("UTC"), at(13, 0)) == Week(MARCH_2)
    assert week_due(Weekday.SUNDAY, 0, ZoneInfo("UTC"), at(15, 23)) == Week(MARCH_2)
    assert last_whole_week(date(2026, 3, 16)) == Week(MARCH_9)


def test_a_week_is_named_as_calendars_do() -> None:
    assert Week(date(2026, 12, 28)).key == "2026-W53"
    assert (Week(MARCH_9).last, Week(MARCH_9).following.first) == (date(2026, 3, 15), date(2026, 3, 16))
