"""The prediction that the models must beat: what mostly remained for tickets in the same place."""

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.resolution_time.features import place_of
from ml.resolution_time.known import EVERYTHING, Known, PositionArray, everything

_NEWEST = 1000
_MIN_POOL = 8


def median_remaining(asked: pd.DataFrame, closed: pd.DataFrame) -> FloatArray:
    """Median rest, in days, of ended tickets that lasted at least as long as each row's has.

    Of tickets in the same status and priority; of all where these are fewer than eight. Where none
    lasted as long, the median rest of all that ended, however long they lasted; NaN where none ended.

    Args:
        asked: Prefixes; only what was known before a row's `asked` counts for it.
        closed: Prefixes from before the end of their tickets, which must be known.
    """
    known = closed["known"].to_numpy()
    alike = Known.by(place_of(closed), known)
    all_closed = Known.by(everything(closed), known)
    duration, remaining = closed["duration"].to_numpy(), closed["remaining"].to_numpy()
    lasted = (asked["asked"] - asked["opened"]).to_numpy()
    medians = np.full(len(asked), np.nan)
    for row, (place, instant) in enumerate(zip(place_of(asked), asked["asked"], strict=True)):
        pool = _lasting(alike.before(place, instant, _NEWEST), duration, lasted[row])
        if len(pool) >= _MIN_POOL:
            medians[row] = np.median(duration[pool]) - lasted[row]
            continue
        ended = all_closed.before(EVERYTHING, instant, _NEWEST)
        pool = _lasting(ended, duration, lasted[row])
        if len(pool):
            medians[row] = np.median(duration[pool]) - lasted[row]
        elif len(ended):
            medians[row] = np.median(remaining[ended])
    return medians


def _lasting(pool: PositionArray, duration: FloatArray, lasted: float) -> PositionArray:
    return pool[duration[pool] >= lasted]
