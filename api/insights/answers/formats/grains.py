"""What one row of an answer is, where the answer is told as a table."""

import datetime as dt
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from api.insights.answers.schemas import Rows

SCALARS = (str, int, float, dt.date, UUID)
# What an answer says of itself is no cell of its table.
NOTES = {"metrics", "proof", "data_quality"}


@dataclass(frozen=True)
class Grain:
    """The rows of an answer.

    Args:
        answer: Model of the whole answer.
        row: Model of a row.
        field: Field of the answer that lists them; without one the answer is itself the only row.
        columns: Fields of a row, in order.
    """

    answer: type[BaseModel]
    row: type[BaseModel]
    field: str | None
    columns: tuple[str, ...]

    @classmethod
    def of(cls, answer: type[BaseModel], field: str | None) -> "Grain":
        if field is None and issubclass(answer, Rows):
            field = "results"
        if field is None:
            fields = answer.model_fields.items()
            scalars = [name for name, told in fields if is_scalar(told.annotation) and name not in NOTES]
            return cls(answer, answer, None, tuple(scalars))
        (row,) = get_args(answer.model_fields[field].annotation)
        return cls(answer, row, field, tuple(row.model_fields))

    def rows_of(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        return [body] if self.field is None else body[self.field]


# By endpoint: each knows its route, and the route what it answers.
GRAINS: dict[Any, Grain] = {}


def given_type(annotation: Any) -> Any:
    """The type of a value where there is one."""
    if get_origin(annotation) in {Union, UnionType}:
        given = [option for option in get_args(annotation) if option is not type(None)]
        if len(given) == 1:
            return given[0]
        is_text = all(isinstance(option, type) and issubclass(option, str) for option in given)
        return str if is_text else object
    return annotation


def is_scalar(annotation: Any) -> bool:
    given = given_type(annotation)
    return isinstance(given, type) and issubclass(given, SCALARS)
