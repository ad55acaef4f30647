from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sluice.simulator.calendars import WorkCalendar
from sluice.simulator.desk import DEPARTMENTS

IT = DEPARTMENTS[0]
CALENDAR = WorkCalendar(IT, date(2025, 1, 1), date(2025, 12, 31))


def is_working(moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(IT.time_zone))
    return IT.opens <= local.hour < IT.closes and CALENDAR.is_working_day(local.date())


@given(
    start=st.integers(0, 300 * 1440).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    minutes=st.integers(1, 3000),
)
def test_as_many_working_minutes_pass_as_were_asked_for(start: datetime, minutes: int) -> None:
    end = CALENDAR.after(start, minutes * 60)
    passed, moment = 0, start
    while moment < end:
        passed += is_working(moment)
        moment += timedelta(minutes=1)
    assert passed == minutes


def test_night_weekend_and_holiday_are_skipped() -> None:
    friday_evening = datetime(2025, 4, 18, 17, tzinfo=UTC)
    easter_monday, tuesday = date(2025, 4, 21), datetime(2025, 4, 22, 6, 30, tzinfo=UTC)
    assert not CALENDAR.is_working_day(easter_monday)
    assert CALENDAR.after(friday_evening, 1800) == tuesday
