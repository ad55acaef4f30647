"""Tables that stand by themselves, with no chart that they are behind."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.components import shown, wording


def show_rows(
    table: pd.DataFrame, described_as: str, config: Mapping[str, Any] | None = None, key: str | None = None
) -> None:
    """Rows that a click on a head sorts; a key keeps them as they were sorted when they are read anew."""
    instant = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC")
    instants = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name])]
    columns = dict.fromkeys(instants, instant) | dict(config or {})
    shown.table(table, described_as, columns, placeholder=wording.ABSENT, key=key)
