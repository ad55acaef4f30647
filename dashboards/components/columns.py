"""Columns of tables as the reader's locale writes them; days and instants are of UTC."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.components import wording


def day(label: str | None = None) -> Any:
    # Streamlit's own form of the locale tells the day of the browser's time zone.
    return st.column_config.DateColumn(label, format=wording.day_form())


def instant(label: str | None = None, *, time: str = "HH:mm") -> Any:
    return st.column_config.DatetimeColumn(label, format=f"{wording.day_form()} {time}", timezone="UTC")


def tenths(label: str | None = None, meaning: str | None = None) -> Any:
    return st.column_config.NumberColumn(label, help=meaning, format="localized", step=0.1)


def instants_of(rows: pd.DataFrame) -> dict[str, Any]:
    return {name: instant() for name in rows.columns if pd.api.types.is_datetime64_any_dtype(rows[name])}


def days_of(rows: pd.DataFrame) -> dict[str, Any]:
    return dict.fromkeys(instants_of(rows), day())


def with_numbers(rows: pd.DataFrame, config: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with those of numbers that are not told of yet; a key is no number."""
    told = {
        name: st.column_config.NumberColumn(format="localized")
        for name in map(str, rows.columns)
        if not name.endswith("_id") and _is_number(rows[name])
    }
    return told | dict(config)


def _is_number(values: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
