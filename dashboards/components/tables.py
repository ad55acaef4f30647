"""Tables that stand by themselves, with no chart that they are behind."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards.components import columns, shown, wording


def show_rows(
    table: pd.DataFrame, described_as: str, config: Mapping[str, Any] | None = None, key: str | None = None
) -> None:
    """Rows that a click on a head sorts; a key keeps them as they were sorted when they are read anew."""
    told = columns.instants_of(table) | dict(config or {})
    shown.table(table, described_as, told, placeholder=wording.ABSENT, key=key)
