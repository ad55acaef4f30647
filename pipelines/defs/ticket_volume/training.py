from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

import pandas as pd

from ml.ticket_volume import (
    ALL_CANDIDATES,
    CHEAP_CANDIDATES,
    VolumeModel,
    learn_series,
    reconcile,
)
from pipelines.defs.ticket_volume.series import DIMENSIONS, VolumeSeries

HORIZON_DAYS = 180
SEED = 20_260_101


def learn_all(
    series: Sequence[VolumeSeries], *, as_of: datetime, holidays: Sequence[date] = ()
) -> list[VolumeModel]:
    """Learn the total, which comes first, and the members of each dimension, which add up to it.

    Of a dimension that has more members than are forecast the others are learnt as one, and not told.
    """
    if not series:
        return []
    learn = partial(learn_series, as_of=as_of, horizon_days=HORIZON_DAYS, seed=SEED, holidays=holidays)
    total = learn(series[0].history, candidates=_candidates(series[0]))
    models = [total]
    models += [learn(each.history, candidates=_candidates(each), whole=total) for each in series[1:]]
    for dimension in DIMENSIONS:
        members = [place for place, each in enumerate(series) if dimension in each.filters]
        if members:
            others = _others(series[0], [series[place] for place in members])
            left = [] if others.empty else [learn(others, candidates=CHEAP_CANDIDATES, whole=total)]
            told = reconcile(total, [*(models[place] for place in members), *left])
            for place, model in zip(members, told, strict=False):
                models[place] = model
    return models


def _candidates(series: VolumeSeries) -> Sequence[str]:
    return ALL_CANDIDATES if series.with_prophet else CHEAP_CANDIDATES


def _others(total: VolumeSeries, members: Sequence[VolumeSeries]) -> pd.DataFrame:
    """What the members leave of the total, as a history."""
    told = pd.concat([member.history for member in members]).groupby("day")["count"].sum()
    left = total.history.set_index("day")["count"].sub(told, fill_value=0)
    return left[left > 0].rename("count").rename_axis("day").reset_index()
