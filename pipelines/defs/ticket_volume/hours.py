"""Hours of the days that were forecast: they add up by day, and by dimension to those of all tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.ticket_volume import VolumeModel
from ml.ticket_volume.coherence import hours_add_up_to
from ml.ticket_volume.hours import (
    TOLD_DAYS,
    HourlyForecast,
    hour_matrix,
    hour_shares,
    learn_hours,
    spread,
)
from pipelines.defs.ticket_volume.series import DIMENSIONS, VolumeSeries

_NOTHING = pd.DataFrame({"day": pd.DatetimeIndex([]), "counts": []})


def forecast_hours(
    series: Sequence[VolumeSeries], models: Sequence[VolumeModel], histories: Mapping[UUID, pd.DataFrame]
) -> list[HourlyForecast]:
    """Split the days of each series, of which the total comes first.

    Args:
        series: What was forecast.
        models: What was learnt of each by days; the members of a dimension, with others that are not told,
            add up to the total.
        histories: By series key, columns `day` and `counts`, the 24 hours of a day.
    """
    if not series:
        return []
    counts = [
        hour_matrix(histories.get(each.series_key, _NOTHING), first_day=model.first_day)
        for each, model in zip(series, models, strict=True)
    ]
    told = [learn_hours(models[0], counts[0])]
    told += [learn_hours(*pair, counts[0]) for pair in zip(models[1:], counts[1:], strict=True)]
    for dimension in DIMENSIONS:
        members = [place for place, each in enumerate(series) if dimension in each.filters]
        if members:
            others = _others(counts, models, members)
            parts = np.array([*(told[place].predicted for place in members), others])
            moved = hours_add_up_to(told[0].predicted, parts)
            for place, hours in zip(members, moved, strict=False):
                told[place] = replace(told[place], predicted=hours)
    return told


def _others(
    counts: Sequence[FloatArray], models: Sequence[VolumeModel], members: Sequence[int]
) -> FloatArray:
    """Hours of what the members of a dimension leave of all tickets."""
    path = models[0].served.path - sum(models[place].served.path for place in members)
    left = counts[0] - sum(counts[place] for place in members)
    return spread(np.maximum(path[:TOLD_DAYS], 0.0), hour_shares(np.maximum(left, 0.0), counts[0]))
