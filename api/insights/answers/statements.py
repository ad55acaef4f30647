"""SQL files put together: `{{ name }}` is another file or a fragment, `:name` a parameter.

The files of all topics share one set of names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILES = {path.stem: path for path in Path(__file__).parent.parent.glob("*/sql/*.sql")}
INCLUDE = re.compile(r"\{\{ (\w+) \}\}")
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")

# What an answer of the present leaves out; one of an instant in the past is made of it (`past/fragments.py`).
PRESENT = {
    "judged_at": "publications.data_as_of",
    "told_instant": "'as_of', null",
    "is_ready": "true",
    "corrected_overview": "",
    "corrected_buckets": "",
    "current_step": "ticket.current_step",
    "assigned_users": "ticket.assigned_users",
}


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Values in the order of the placeholders; what is not given filters nothing."""
        return [values.get(name) for name in self.parameters]


@cache
def read_file(name: str) -> str:
    return FILES[name].read_text(encoding="utf-8").strip()


def render(name: str, fragments: Mapping[str, str]) -> str:
    def include(match: re.Match[str]) -> str:
        fragment = fragments.get(match[1])
        return render(match[1], fragments) if fragment is None else INCLUDE.sub(include, fragment)

    return INCLUDE.sub(include, read_file(name))


def compile_statement(name: str, **fragments: str) -> Statement:
    """Assemble one statement; fragments are code of ours, never a caller's text."""
    text = render(name, PRESENT | fragments)
    parameters = tuple(dict.fromkeys(PARAMETER.findall(text)))
    numbers = {parameter: f"${number}" for number, parameter in enumerate(parameters, 1)}
    return Statement(PARAMETER.sub(lambda match: numbers[match[1]], text), parameters)


def compile_answer(
    name: str, *, series: str = "one_ticket_series", frame: str = "frame", **fragments: str
) -> Statement:
    """A statement that answers from the current publication.

    Args:
        name: File that is the body.
        series: File that finds the series asked for, one row each, from the filters.
        frame: File that finds the publication, and the instant that it is asked of.
        fragments: What stands for the names in braces.
    """
    return compile_statement(frame, answer=f"{{{{ {name} }}}}", series=f"{{{{ {series} }}}}", **fragments)


def conditions_of(filters: Mapping[str, str], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The conditions of the filters that are given, so that each combination is planned with its index."""
    return tuple(condition for name, condition in filters.items() if values[name] is not None)
