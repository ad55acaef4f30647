"""`known_on`: as of which publication an answer is asked for."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from api.kit.errors import ValidationFailedError

KNOWN_ON = "known_on"
DESCRIPTION = (
    "As known then: an instant with its zone, a date (its end in UTC), or a publication by its number"
)

_NUMBER = re.compile(r"\d{1,18}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class KnownOn:
    """A publication by its number, or as the newest one at an instant; `text` is how it is asked for."""

    text: str
    number: int | None = None
    instant: dt.datetime | None = None


def read_known_on(text: str | None) -> KnownOn | None:
    """Read the parameter.

    Raises:
        ValidationFailedError: It is neither a number, nor a date, nor an instant with its zone.
    """
    if text is None:
        return None
    if _NUMBER.fullmatch(text):
        return KnownOn(text, number=int(text))
    try:
        instant = dt.datetime.fromisoformat(text)
        if _DAY.fullmatch(text):
            instant = dt.datetime.combine(instant, dt.time.max, dt.UTC)
        if instant.tzinfo is not None:
            return KnownOn(text, instant=instant.astimezone(dt.UTC))
    # An offset can lead out of the calendar.
    except (ValueError, OverflowError):
        pass
    raise _refuse(text)


def known_on_of(address: str) -> KnownOn | None:
    """What an address asks for; see `read_known_on`."""
    return read_known_on(dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)).get(KNOWN_ON))


def with_known_on(address: str, publication_id: int | None) -> str:
    """The address that answers of this publication; of the current one, the address as it is."""
    if publication_id is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{KNOWN_ON}={publication_id}"


def _refuse(text: str) -> ValidationFailedError:
    return ValidationFailedError.of(
        KNOWN_ON,
        f"{text[:40]!r} is neither the number of a publication, nor a date, nor an instant with its zone: "
        "use 42, 2026-03-10 or 2026-03-10T14:30:00Z (a + is written %2B)",
    )
