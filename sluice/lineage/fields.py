"""The fields of an answer, as its model documents them."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel


def fields_of(model: type[BaseModel]) -> list[str]:
    """The fields that have none themselves; `[]` stands for each row of a list."""
    return list(dict.fromkeys(_fields(model, "")))


def _fields(model: type[BaseModel], path: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield from _leaves(field.annotation, f"{path}{name}")


def _leaves(annotation: Any, path: str) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        options = [option for option in get_args(annotation) if option is not type(None)]
        # What may be a document or a word is told as a document.
        documents = [option for option in options if _is_document(option)]
        for option in documents or options:
            yield from _leaves(option, path)
    elif origin is list:
        yield from _leaves(get_args(annotation)[0], f"{path}[]")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _fields(annotation, f"{path}.")
    else:
        yield path


def _is_document(annotation: Any) -> bool:
    if get_origin(annotation) is list:
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
