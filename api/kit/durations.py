"""Durations on the wire: `HH:MM:SS`, ISO-8601 or whole seconds in, `HH:MM:SS` out."""

import re
from datetime import timedelta

# Longer than any service level ever was; keeps instants within what PostgreSQL and Python can hold.
LONGEST = timedelta(days=3650)
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9]):([0-5][0-9])")
_ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
_REMEDY = "give HH:MM:SS (hours may exceed 24), ISO-8601 such as P3D or PT72H, or whole seconds"


def parse_duration(value: object) -> timedelta:
    """Read one of the three forms.

    Raises:
        ValueError: in one sentence naming the value and the remedy.
    """
    duration = _read(value)
    if duration is None:
        message = f"{str(value)[:40]!r} is not a duration: {_REMEDY}"
        raise ValueError(message)
    if not timedelta(0) < duration <= LONGEST:
        message = f"{str(value)[:40]!r} is out of range: give more than zero and at most {LONGEST.days} days"
        raise ValueError(message)
    return duration


def _read(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return timedelta(seconds=max(min(value, 10**10), -(10**10)))
    if not isinstance(value, str):
        return None
    if clock := _CLOCK.fullmatch(value):
        hours, minutes, seconds = map(int, clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    iso = _ISO.fullmatch(value)
    parts = {unit: int(amount) for unit, amount in iso.groupdict().items() if amount} if iso else {}
    return timedelta(**parts) if parts else None


def format_duration(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
