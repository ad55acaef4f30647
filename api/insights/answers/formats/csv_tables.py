"""Rows as CSV (RFC 4180, UTF-8): numbers stay numbers, instants ISO 8601, nothing becomes a formula."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from api.insights.answers.formats.grains import Grain

# What spreadsheets take for the beginning of a formula; an apostrophe before it makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvTable:
    def __init__(self, grain: Grain) -> None:
        self.columns = grain.columns
        self.buffer = io.StringIO(newline="")
        self.writer = csv.writer(self.buffer)

    def begin(self) -> bytes:
        return self._written([self.columns])

    def add(self, rows: Sequence[dict[str, Any]]) -> bytes:
        return self._written([[cell(row.get(name)) for name in self.columns] for row in rows])

    def end(self) -> bytes:
        return b""

    def _written(self, rows: Sequence[Sequence[Any]]) -> bytes:
        self.writer.writerows(rows)
        text = self.buffer.getvalue()
        self.buffer.seek(0)
        self.buffer.truncate()
        return text.encode()


def cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
