"""Figures over data frames, in the units and roundings of the answers."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import pytest

DIMENSIONS = (
    "department", "category", "sub_category", "workflow_id", "step_id", "priority", "role", "user_id",
    "source",
)  # fmt: skip
# Buckets are 2 % wide and answer with their geometric middle; then the figure is rounded to two decimals.
BUCKET_ERROR, ROUNDING_ERROR = 0.0101, 0.0051


def select(frame: pd.DataFrame, filters: Mapping[str, Any]) -> pd.DataFrame:
    """The rows that a set of filters leaves: by dimension, and by their day, both ends included."""
    kept = pd.Series(data=True, index=frame.index)
    for name in DIMENSIONS:
        if name in filters:
            kept &= frame[name] == filters[name]
    if "start_date" in filters:
        kept &= frame["day"] >= date.fromisoformat(filters["start_date"])
    if "end_date" in filters:
        kept &= frame["day"] <= date.fromisoformat(filters["end_date"])
    return frame[kept]


def rounded(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def rate(part: float, whole: float) -> float | None:
    """Part of the whole in per cent; nothing of nothing is null."""
    return None if whole == 0 else rounded(Decimal(100) * Decimal(int(part)) / Decimal(int(whole)))


def mean_hours(seconds: "pd.Series[Any]") -> float | None:
    known = seconds.dropna()
    if known.empty:
        return None
    return rounded(Decimal(int(known.sum())) / 3600 / Decimal(len(known)))


def median_hours(seconds: "pd.Series[Any]") -> Any:
    known = seconds.dropna()
    return None if known.empty else _about(float(known.median()) / 3600)


def percentile_hours(seconds: "pd.Series[Any]", share: float) -> Any:
    """The value at rank ceil(share · n), counted from the least; the least itself for none of them."""
    known = seconds.dropna().sort_values()
    if known.empty:
        return None
    rank = max(math.ceil(share * len(known) - 1e-9), 1)
    return _about(float(known.iloc[rank - 1]) / 3600)


def _about(hours: float) -> Any:
    return pytest.approx(hours, abs=hours * BUCKET_ERROR + ROUNDING_ERROR)


def compliance(states: "pd.Series[Any]") -> float | None:
    met, breached = (states == "met").sum(), (states == "breached").sum()
    return rate(met, met + breached)


def counts(values: "pd.Series[Any] | pd.DataFrame") -> dict[Any, int]:
    return {name: int(count) for name, count in values.value_counts().items()}
