from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from ml.forecast import Forecast
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


def forecast_all(series: Sequence[VolumeSeries], *, as_of: datetime) -> list[Forecast]:
    """Forecast the total, which comes first, and the members of each dimension, which add up to it.

    Of a dimension that has more members than are forecast the others are learnt as one, and not told.
    """
    if not series:
        return []
    total = _learn(series[0].history, _candidates(series[0]), as_of=as_of)
    models = [total]
    models += [_learn(each.history, _candidates(each), as_of=as_of, whole=total) for each in series[1:]]
    for dimension in DIMENSIONS:
        members = [place for place, each in enumerate(series) if dimension in each.filters]
        if members:
            others = _others(series[0], [series[place] for place in members])
            left = [] if others.empty else [_learn(others, CHEAP_CANDIDATES, as_of=as_of, whole=total)]
            told = reconcile(total, [*(models[place] for place in members), *left])
            for place, model in zip(members, told, strict=False):
                models[place] = model
    return [model.forecast() for model in models]


def _candidates(series: VolumeSeries) -> Sequence[str]:
    return ALL_CANDIDATES if series.with_prophet else CHEAP_CANDIDATES


def _learn(
    history: pd.DataFrame, candidates: Sequence[str], *, as_of: datetime, whole: VolumeModel | None = None
) -> VolumeModel:
    return learn_series(
        history, as_of=as_of, horizon_days=HORIZON_DAYS, candidates=candidates, seed=SEED, whole=whole
    )


def _others(total: VolumeSeries, members: Sequence[VolumeSeries]) -> pd.DataFrame:
    """What the members leave of the total, as a history."""
    told = pd.concat([member.history for member in members]).groupby("day")["count"].sum()
    left = total.history.set_index("day")["count"].sub(told, fill_value=0)
    return left[left > 0].rename("count").rename_axis("day").reset_index()
