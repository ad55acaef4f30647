"""Which series are forecast, and with how much effort: training must stay bounded however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd

DIMENSIONS = ("department", "category", "sub_category", "workflow_id", "priority")
_LARGEST_PER_DIMENSION = 12
_RECENT_DAYS = 365
# A Prophet series costs ten seconds, any other a tenth of one.
_MOST_PROPHET_SERIES = 7
_LEAST_TICKETS_FOR_PROPHET = 500
_PROPHET_DIMENSIONS = frozenset({"department", "workflow_id"})


@dataclass(frozen=True)
class VolumeSeries:
    """One series: its filters, its tickets per day and whether it is worth a Prophet fit."""

    series_key: UUID
    filters: dict[str, Any]
    history: pd.DataFrame
    with_prophet: bool


def choose_series(volume: pd.DataFrame) -> list[VolumeSeries]:
    """Pick the total and the largest series of each dimension out of `marts.ticket_volume`'s rows."""
    if volume.empty:
        return []
    recent = volume[volume["day"] > volume["day"].max() - pd.Timedelta(days=_RECENT_DAYS)]
    sizes = recent.groupby("series_key")["ticket_count"].sum().sort_values(ascending=False, kind="stable")
    labels = volume.drop_duplicates("series_key").set_index("series_key")[list(DIMENSIONS)]
    chosen = [key for keys in _by_dimension(sizes, labels) for key in keys[:_LARGEST_PER_DIMENSION]]
    worthy = _worth_prophet(sizes, labels, chosen)
    histories = dict(tuple(volume.groupby("series_key")))
    return [
        VolumeSeries(
            series_key=key,
            filters={name: value for name, value in labels.loc[key].items() if pd.notna(value)},
            history=histories[key][["day", "ticket_count"]].rename(columns={"ticket_count": "count"}),
            with_prophet=key in worthy,
        )
        for key in chosen
    ]


def _by_dimension(sizes: "pd.Series[int]", labels: pd.DataFrame) -> Iterator[list[UUID]]:
    ordered = labels.loc[sizes.index]
    yield list(ordered.index[ordered.isna().all(axis=1)])
    for dimension in DIMENSIONS:
        yield list(ordered.index[ordered[dimension].notna()])


def _worth_prophet(sizes: "pd.Series[int]", labels: pd.DataFrame, chosen: list[UUID]) -> set[UUID]:
    eligible = [
        key
        for key in chosen
        if sizes[key] >= _LEAST_TICKETS_FOR_PROPHET
        and set(labels.loc[key].dropna().index) <= _PROPHET_DIMENSIONS
    ]
    return set(sorted(eligible, key=lambda key: -sizes[key])[:_MOST_PROPHET_SERIES])
