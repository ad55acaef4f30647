"""Cells of tables as the page writes them: by the format of their column, absent ones as such."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboards.components import wording

# How instants are written where a column says nothing of them, and where it does.
INSTANT, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"
PARTS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
TENTH = 0.1
FRAGMENT = "#(.*)$"


@dataclass(frozen=True)
class Column:
    """One that is shown.

    Attributes:
        meaning: What the page tells on its head, if anything.
    """

    name: str
    label: str
    is_number: bool
    meaning: str | None
    tell: Callable[[Any], str]


def columns_of(table: pd.DataFrame, config: Mapping[str, Any]) -> Sequence[Column]:
    """Those that the page shows: no hidden ones, and no links that say the same in each row."""
    return [
        _column(name, table[name], config.get(name, {}))
        for name in map(str, table.columns)
        if not _is_hidden(name, config)
    ]


def _is_hidden(name: str, config: Mapping[str, Any]) -> bool:
    if name not in config:
        return False
    told = config[name]
    if told is None:
        return True
    if isinstance(told, str):
        return False
    kind = told.get("type_config") or {}
    text = kind.get("display_text")
    return bool(told.get("hidden")) or (kind.get("type") == "link" and bool(text) and text != FRAGMENT)


def _column(name: str, values: "pd.Series[Any]", told: Mapping[str, Any] | str) -> Column:
    if isinstance(told, str):
        told = {"label": told}
    label = told.get("label")
    return Column(
        name,
        name if label is None else label,
        bool(pd.api.types.is_numeric_dtype(values)) and not pd.api.types.is_bool_dtype(values),
        told.get("help"),
        _teller(told.get("type_config") or {}, values),
    )


def _teller(kind: Mapping[str, Any], values: "pd.Series[Any]") -> Callable[[Any], str]:
    form = kind.get("format")
    if kind.get("type") == "link":
        return lambda value: _present(value, _fragment)
    if pd.api.types.is_datetime64_any_dtype(values) or kind.get("type") in {"date", "datetime"}:
        pattern = _pattern(form) if form else DAY if kind.get("type") == "date" else INSTANT
        return lambda value: _present(value, lambda moment: _moment(moment, pattern))
    if form == "percent":
        return lambda value: _present(value, wording.share)
    if form == "localized" and kind.get("step") == TENTH:
        return lambda value: _present(value, wording.tenths)
    if form and form.startswith("%"):
        return lambda value: _present(value, lambda number: form % number)
    return lambda value: _present(value, _plain)


def _pattern(form: str) -> str:
    """A form of Streamlit's as Python knows it."""
    for part, directive in PARTS.items():
        form = form.replace(part, directive)
    return form


def _present(value: Any, tell: Callable[[Any], str]) -> str:
    is_absent = not isinstance(value, (list, dict, tuple)) and bool(pd.isna(value))
    return wording.ABSENT if is_absent else tell(value)


def _fragment(href: Any) -> str:
    found = re.search(FRAGMENT, str(href))
    return found[1] if found else str(href)


def _moment(moment: Any, pattern: str) -> str:
    return f"{moment:{pattern}}" if isinstance(moment, date | datetime) else str(moment)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, str):
        return value
    return wording.number(float(str(value))) if pd.api.types.is_number(value) else str(value)
