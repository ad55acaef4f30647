"""Field vocabulary of requests and answers: text PostgreSQL can hold, ids it can look up."""

import math
import re
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic import model_validator as validate_model

from api.kit.durations import LONGEST, format_duration, parse_duration

MAX_ID = 2**63 - 1
MAX_DEPTH = 20
_PLAIN_DIGITS = re.compile(r"[0-9]{1,19}")


def _refuse_odd_digits(value: object) -> object:
    """Python's int() reads `1_000`, ` 1 ` and `٣`; an id in an address is plain digits."""
    if isinstance(value, str) and not _PLAIN_DIGITS.fullmatch(value):
        message = f"{value[:40]!r} is not a whole number: give the id in digits"
        raise ValueError(message)
    return value


def _refuse_disguised_integers(value: object) -> object:
    if isinstance(value, bool | float | str):
        message = f"{str(value)[:40]!r} is not an integer: give a JSON number without a fraction"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError, not TypeError
    return value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


PathId = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_refuse_odd_digits), Path()]
QueryId = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_refuse_odd_digits)]
BodyId = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_refuse_disguised_integers)]
# Before an enumeration of lower-case values: they are read in any case.
AnyCase = BeforeValidator(_lower)
FilterText = Annotated[str | None, Query(max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
RequiredText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_CLOCK_FORM = {"type": "string", "pattern": "^[0-9]{2,6}:[0-5][0-9]:[0-5][0-9]$", "examples": ["72:00:00"]}
_ISO_FORM = {"type": "string", "pattern": "^P([0-9]+[WD])*(T([0-9]+[HMS])+)?$", "examples": ["P3D"]}
_SECONDS_FORM = {"type": "integer", "minimum": 1, "maximum": int(LONGEST.total_seconds())}
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema({"anyOf": [_CLOCK_FORM, _ISO_FORM, _SECONDS_FORM]}, mode="validation"),
    WithJsonSchema(_CLOCK_FORM, mode="serialization"),
]


def refuse_unstorable(value: Any, path: str = "The body", depth: int = 0) -> None:
    """Raise ValueError, naming the field, for what JSON can carry and PostgreSQL cannot keep."""
    if depth > MAX_DEPTH:
        message = f"{path} is nested more than {MAX_DEPTH} levels deep: flatten it"
        raise ValueError(message)
    if isinstance(value, str):
        _refuse_unstorable_text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        message = f"{path} is {value}, which cannot be stored: give a finite number"
        raise ValueError(message)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unstorable_text(key, path)
            refuse_unstorable(item, key if depth == 0 else f"{path}.{key}", depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_unstorable(item, f"{path}.{index}", depth + 1)


def _refuse_unstorable_text(value: str, path: str) -> None:
    if "\x00" in value:
        message = f"{path} holds a NUL character: remove it"
        raise ValueError(message)
    if any("\ud800" <= character <= "\udfff" for character in value):
        message = f"{path} holds half of a surrogate pair: send valid Unicode"
        raise ValueError(message)


class RequestModel(BaseModel):
    """Base of every request body. Fields it does not know are ignored, never assigned."""

    model_config = ConfigDict(str_strip_whitespace=True)

    @validate_model(mode="before")
    @classmethod
    def hold_only_storable_values(cls, value: Any) -> Any:
        refuse_unstorable(value)
        return value
