"""Instants out of a log's text, in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Parser = Callable[[str], datetime]

# The distinct instants of a log repeat close together: a case's opening stands on each of its rows.
_REMEMBERED = 8192


def known_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def timestamp_parser(formats: str | list[str], time_zone: str) -> Parser:
    """Build a parser for text in any of the formats; it raises `ValueError` for other text.

    Text without an offset is read in `time_zone`. Of the two instants an hour repeated by a clock
    change can mean, the first is taken; an hour skipped by one is read with the offset before it.
    """
    zone = ZoneInfo(time_zone)
    readers = [_reader(item) for item in ([formats] if isinstance(formats, str) else formats)]

    @lru_cache(maxsize=_REMEMBERED)
    def parse(text: str) -> datetime:
        for read in readers:
            try:
                moment = read(text)
                if moment.tzinfo is None:
                    moment = moment.replace(tzinfo=zone)
                return moment.astimezone(UTC)
            except (ValueError, OverflowError, OSError):
                continue
        expected = " or ".join([formats] if isinstance(formats, str) else formats)
        message = f"not a timestamp of the form {expected}"
        raise ValueError(message)

    return parse


def _reader(name: str) -> Parser:
    if name == "iso":
        return datetime.fromisoformat
    if name == "epoch":
        return lambda text: datetime.fromtimestamp(float(text), tz=UTC)
    # A text without an offset is put into the mapping's zone by the caller.
    return lambda text: datetime.strptime(text, name)  # noqa: DTZ007
