"""One prediction out of several experts, who are heard the more the less wrong they have been lately."""

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.resolution_time.known import EVERYTHING, Known, everything

EXPERTS = ("own_history", "with_peers", "nearest", "alike_from_opening", "alike_from_event")

_NEWEST = 100
_MIN_KNOWN = 10
# An expert whose error is larger than the best one's by this share has a weight of 1 / e.
_PATIENCE = 0.04
# Under a tenth of a second nobody is wrong.
_EXACT_DAYS = 1e-6


def blend(asked: pd.DataFrame, record: pd.DataFrame) -> FloatArray:
    """Remaining days of each row of `asked`, never negative.

    The experts are judged on prefixes in the same status, or in any where these are too few, of the
    tickets that ended last before the row is `asked`. Where nobody can be judged their median is taken.

    Args:
        asked: Prefixes with a column, in days, of each of `EXPERTS`; NaN where one says nothing.
        record: The same with `remaining` and `known`, predicted when it was not known yet.
    """
    said, said_before = opinions(asked), opinions(record)
    errors = np.abs(said_before - record["remaining"].to_numpy()[:, np.newaxis])
    in_status = Known.by(record["status"], record["known"].to_numpy())
    in_any = Known.by(everything(record), record["known"].to_numpy())
    blended = np.median(said, axis=1)
    for row, (status, instant) in enumerate(zip(asked["status"], asked["asked"], strict=True)):
        judged = in_status.before(status, instant, _NEWEST)
        if len(judged) < _MIN_KNOWN:
            judged = in_any.before(EVERYTHING, instant, _NEWEST)
        if len(judged) >= _MIN_KNOWN:
            blended[row] = np.average(said[row], weights=trust(errors[judged].mean(axis=0)))
    return blended


def trust(errors: FloatArray) -> FloatArray:
    """Weights of experts with these mean errors; the best one's is 1."""
    heard = np.maximum(errors, _EXACT_DAYS)
    weights: FloatArray = np.exp(-(heard / heard.min() - 1) / _PATIENCE)
    return weights


def opinions(frame: pd.DataFrame) -> FloatArray:
    """What each expert says, one column each; one who says nothing agrees with the last booster."""
    said = frame[list(EXPERTS)].clip(lower=0.0)
    filled = said.apply(lambda column: column.fillna(said["with_peers"]))
    return np.asarray(filled, dtype=float)
