"""How far predictions have been off lately, and so how far they may be again."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.conformal import normal_quantile
from ml.metrics import FloatArray
from ml.resolution_time.features import place_of
from ml.resolution_time.known import EVERYTHING, Known, everything

LEVELS = (0.80, 0.90)
BOUNDS = tuple(f"{bound}_{level * 100:.0f}" for level in LEVELS for bound in ("lower", "upper"))

_NEWEST = 200
_NEAREST = 100
_MIN_OF_PLACE = 40
_MIN_STILL_POSSIBLE = 8


@dataclass(frozen=True)
class TrackRecord:
    """Signed errors, in days, of predictions made before the end of their tickets was known."""

    predicted: FloatArray
    errors: FloatArray
    by_place: Known
    by_status: Known
    all_known: Known

    @classmethod
    def of(cls, record: pd.DataFrame) -> "TrackRecord":
        """From prefixes with `predicted`, `remaining` and `known`."""
        known = record["known"].to_numpy()
        return cls(
            predicted=record["predicted"].to_numpy(),
            errors=(record["remaining"] - record["predicted"]).to_numpy(),
            by_place=Known.by(place_of(record), known),
            by_status=Known.by(record["status"], known),
            all_known=Known.by(everything(record), known),
        )

    def errors_before(self, place: str, status: str, instant: float, predicted: float) -> FloatArray:
        """Errors of the narrowest group that has enough of them, in ascending order.

        Of the newest, those of the predictions nearest to `predicted`: long rests err by more than short.
        """
        for known, group in (
            (self.by_place, place),
            (self.by_status, status),
            (self.all_known, EVERYTHING),
        ):
            rows = known.before(group, instant, _NEWEST)
            if len(rows) >= _MIN_OF_PLACE:
                break
        # Backwards, because of predictions that are equally near the newest should count.
        rows = rows[::-1]
        nearest = rows[np.argsort(np.abs(self.predicted[rows] - predicted), kind="stable")[:_NEAREST]]
        return np.sort(self.errors[nearest])


def add_intervals(asked: pd.DataFrame, record: pd.DataFrame) -> pd.DataFrame:
    """The point and the bounds of each row, in days from when it is `asked`.

    A row asked some time after its event is told by the rests that are still possible: its point moves
    on to their median where some of the rests expected at the event have already been outlasted.

    Args:
        asked: Prefixes with `predicted`, days from the event.
        record: Prefixes predicted in the past, with `predicted`, `remaining` and `known`.

    Returns:
        `point` and the columns of `BOUNDS`, indexed as `asked`. They are NaN where too few rests are
        still possible, and bounds also where nothing is known.
    """
    track = TrackRecord.of(record)
    waited = (asked["asked"] - asked["at"]).to_numpy()
    told = np.full((len(asked), 1 + len(BOUNDS)), np.nan)
    rows = zip(place_of(asked), asked["status"], asked["asked"], asked["predicted"], waited, strict=True)
    for row, (place, status, instant, predicted, delay) in enumerate(rows):
        errors = track.errors_before(place, status, instant, predicted)
        told[row] = outlook(predicted, errors, delay)
    return pd.DataFrame(told, index=asked.index, columns=["point", *BOUNDS])


def outlook(predicted: float, errors: FloatArray, waited: float) -> FloatArray:
    """The point and the bounds of `BOUNDS`, `waited` days after a prediction that errs like `errors`.

    Args:
        predicted: Days that remained when the prediction was made.
        errors: In days, ascending.
        waited: Days since then.
    """
    possible = np.maximum(predicted + errors, 0.0) - waited
    point = predicted - waited
    if waited > 0:
        still = possible[possible > 0]
        if len(still) < _MIN_STILL_POSSIBLE:
            return np.full(1 + len(BOUNDS), np.nan)
        if len(still) < len(possible):
            point, possible = max(point, float(np.median(still))), still
    if not len(possible):
        return np.array([point, *[np.nan] * len(BOUNDS)])
    bounds = [bound for level in LEVELS for bound in _central(possible, point, level)]
    return np.array([point, *bounds])


def _central(possible: FloatArray, point: float, level: float) -> tuple[float, float]:
    """Bounds that leave out as much below as above, by ranks with split conformal's correction.

    Where there are too few rests for a level, the lower bound is zero and the normal quantile of their
    root mean square distance from the point stands in for the upper rank.
    """
    count = len(possible)
    # Rounded, because 10 * (1 - 0.8) / 2 falls just short of 1.
    below = math.floor(round((count + 1) * (1 - level) / 2, 6))
    if below >= 1:
        return min(float(possible[below - 1]), point), max(float(possible[count - below]), point)
    spread = math.sqrt(float(np.mean((possible - point) ** 2)) * (1 + 1 / count))
    return 0.0, max(float(possible[-1]), point + normal_quantile(level) * spread)
