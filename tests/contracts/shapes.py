"""Compare an answer with the shape that the contract gives it."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DURATION = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d")
TICKET_NUMBER = re.compile(r"TX\d{8}\d{6}")
NUMBER = (int, float)


@dataclass(frozen=True)
class Maybe:
    """The field is always there, and null where nothing is to be told."""

    shape: Any


def differences(value: Any, shape: Any, path: str = "answer") -> list[str]:
    """Say where a value departs from its shape; fields beyond the contract's are allowed.

    A shape is a type, a pattern, a set of permitted values, `Maybe`, `[shape]` for a list of such, or
    a dict of fields.
    """
    if isinstance(shape, Maybe):
        return [] if value is None else differences(value, shape.shape, path)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{path} is {value!r}, not an object"]
        missing = [f"{path}.{field} is missing" for field in shape if field not in value]
        present = [field for field in shape if field in value]
        return missing + [
            found for field in present for found in differences(value[field], shape[field], f"{path}.{field}")
        ]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{path} is {value!r}, not a list"]
        return [
            found
            for index, item in enumerate(value)
            for found in differences(item, shape[0], f"{path}.{index}")
        ]
    return [] if _fits(value, shape) else [f"{path} is {value!r}, not {shape}"]


def faults(answer: httpx.Response, status: int, shape: Any) -> list[str]:
    """Say what is wrong with an answer: its status, else the shape of its body."""
    if answer.status_code != status:
        return [f"answered {answer.status_code}, not {status}: {answer.text}"]
    return differences(answer.json(), shape)


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, set | frozenset):
        return value in shape
    if isinstance(value, bool):
        return shape is bool
    return isinstance(value, shape)
