"""An instant in the past, as a question names it."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.kit.dates import ISO_DATE

AS_OF = "ISO 8601 with its zone; a day is its end, UTC. From the first ticket up to `data_as_of`"
_LAST_MOMENT = dt.time(23, 59, 59, 999_999, dt.UTC)


def instant(value: Any) -> Any:
    """Read an instant; a day is its end, UTC."""
    if not isinstance(value, str):
        return value
    try:
        if ISO_DATE.fullmatch(value):
            return dt.datetime.combine(dt.date.fromisoformat(value), _LAST_MOMENT)
        # A plus that nobody encoded arrives as a space.
        told = dt.datetime.fromisoformat(value.replace(" ", "+"))
        if told.tzinfo is not None:
            return told.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError(
        "instant",
        "'{value}' is not an instant: write it with its zone, 2026-03-10T14:30:00Z, or as a day, YYYY-MM-DD",
        {"value": value[:40]},
    )


Instant = Annotated[dt.datetime, BeforeValidator(instant)]


class AtInstant(BaseModel):
    """States as they were at an instant, by the events known today; by default as the data was taken."""

    as_of: Annotated[Instant | None, Field(description=AS_OF)] = None
