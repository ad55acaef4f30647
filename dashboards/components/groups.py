"""A list of an answer as a table: headed in words, helped by the catalogue, each number opening."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboards.answers.catalogue import Meaning
from dashboards.components.cards import show_table
from dashboards.frames.groups import group_table
from dashboards.loaders import Number, Told

FORMATS = {"rate": "%.1f %%", "share": "%.1f %%", "percentage": "%.1f %%"}


@dataclass(frozen=True)
class Group:
    """One list of an answer.

    Attributes:
        name: Its field in the answer, as `step_performance`.
        keys: Fields that pick a row, as the catalogue's groups do.
        labels: Which fields are shown, in this order, under which headings.
        meanings: Those of the answer; a number opens where they say that it can be proven.
    """

    told: Told[Any]
    name: str
    keys: tuple[str, ...]
    labels: Mapping[str, str]
    meanings: Mapping[str, Meaning] = field(default_factory=dict)

    def meaning(self, column: str) -> Meaning | None:
        return self.meanings.get(f"{self.name}[].{column}")

    def opens(self, row: Mapping[Any, Any], column: str) -> Number | None:
        found = self.meaning(column)
        if found is None or not found.is_provable:
            return None
        picked = ",".join(f"{key}={row[key]}" for key in self.keys)
        return self.told.number(f"{self.name}[{picked}].{column}")

    def show_table(self, described_as: str) -> None:
        table = group_table(getattr(self.told.answer, self.name), self.labels, self.keys)
        hidden = {key: None for key in self.keys if key not in self.labels}
        show_table(table, described_as, opens=self.opens, config=self._columns() | hidden)

    def _columns(self) -> dict[str, Any]:
        return {column: self._column(column, label) for column, label in self.labels.items()}

    def _column(self, column: str, label: str) -> Any:
        found = self.meaning(column)
        if found is None:
            return st.column_config.Column(label)
        kind = column.rpartition("_")[2]
        return st.column_config.NumberColumn(label, help=found.text, format=FORMATS.get(kind, "localized"))
