"""Two gradient boosters of the remaining time, and how much each ended ticket counts in fitting them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from ml.metrics import FloatArray
from ml.resolution_time.features import MEASURES, STATUSES, attribute_columns, number_columns
from ml.resolution_time.peers import PEER_COLUMNS

# The first learns all history alike from the ticket itself; the second also listens to peers, and forgets.
BOOSTERS = ("own_history", "with_peers")

_HALF_LIFE_DAYS = 360.0
_LARGEST_WEIGHT = 5.0
# Values seen more rarely than this, and new ones, count as missing; sklearn takes 255 at most.
_MIN_ROWS_OF_VALUE = 15
_MAX_VALUES = 250


@dataclass(frozen=True)
class Booster:
    """An estimator, the columns it reads, and the values that the text among these is coded by."""

    columns: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    estimator: HistGradientBoostingRegressor

    def predict(self, asked: pd.DataFrame) -> FloatArray:
        """Remaining days of each row, which needs the columns of `PEER_COLUMNS`; never negative."""
        predicted: FloatArray = self.estimator.predict(encode(asked, self.columns, self.values))
        return np.maximum(predicted, 0.0)


def fit_boosters(
    learnt: pd.DataFrame, everybody: pd.DataFrame, *, as_of: float, seed: int
) -> dict[str, Booster]:
    """Both boosters, fitted on prefixes whose remaining time is known.

    Args:
        learnt: Prefixes of ended tickets with `PEER_COLUMNS`, at least one.
        everybody: All prefixes that had happened, those of open tickets among them, which tell how
            likely a ticket that takes long was to be among the ended ones.
        as_of: The instant of learning, in days.
        seed: Of the columns that each split may choose from.
    """
    weights = censoring_weights(learnt, everybody, as_of)
    forgetting = 0.5 ** ((as_of - learnt["ended"].to_numpy()) / _HALF_LIFE_DAYS)
    own = [*STATUSES, *attribute_columns(learnt), *MEASURES, *number_columns(learnt)]
    return {
        "own_history": _fit(learnt, own, weights, seed),
        "with_peers": _fit(learnt, [*own, *PEER_COLUMNS], weights * forgetting, seed),
    }


def censoring_weights(rows: pd.DataFrame, everybody: pd.DataFrame, as_of: float) -> FloatArray:
    """One over the chance that a rest as long as each row's had ended, and was known to, by `as_of`.

    Tickets still open are mostly slow ones: without the weights the fast ones would be learnt alone.
    Every prefix has been watched until `as_of`, so the share of prefixes watched for at least as long
    is that chance. Weights are bounded, and average to one.
    """
    watched = np.sort(as_of - everybody["at"].to_numpy())
    needed = (rows["known"] - rows["at"]).to_numpy()
    long_enough = len(watched) - np.searchsorted(watched, needed, side="left")
    weights = np.minimum(len(watched) / np.maximum(long_enough, 1), _LARGEST_WEIGHT)
    return np.asarray(weights / weights.mean())


def encode(frame: pd.DataFrame, columns: tuple[str, ...], values: dict[str, tuple[str, ...]]) -> FloatArray:
    """Numbers as they are, text as its place among `values`, NaN where it has none."""
    encoded = [
        pd.Index(values[column]).get_indexer(pd.Index(frame[column])).astype(float)
        if column in values
        else frame[column].to_numpy(dtype=float)
        for column in columns
    ]
    matrix = np.column_stack(encoded)
    for place, column in enumerate(columns):
        if column in values:
            matrix[matrix[:, place] < 0, place] = np.nan
    return matrix


def _fit(rows: pd.DataFrame, candidates: list[str], weights: FloatArray, seed: int) -> Booster:
    texts = [*STATUSES, *attribute_columns(rows)]
    values = {column: _frequent(rows[column]) for column in texts}
    columns = tuple(column for column in candidates if _tells_apart(rows[column], values.get(column)))
    values = {column: known for column, known in values.items() if column in columns}
    matrix = encode(rows, columns, values)
    remaining = rows["remaining"].to_numpy()
    estimator = _estimator(seed, [column in values for column in columns])
    return Booster(columns, values, estimator.fit(matrix, remaining, sample_weight=weights))


def _tells_apart(column: pd.Series, values: tuple[str, ...] | None) -> bool:
    return len(values) > 1 if values is not None else bool(column.min() < column.max())


def _frequent(column: pd.Series) -> tuple[str, ...]:
    counts = column.value_counts()
    return tuple(sorted(counts[counts >= _MIN_ROWS_OF_VALUE].index[:_MAX_VALUES]))


def _estimator(seed: int, is_category: list[bool]) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        loss="absolute_error",
        learning_rate=0.1,
        max_iter=100,
        max_leaf_nodes=15,
        min_samples_leaf=20,
        l2_regularization=1.0,
        max_features=0.4,
        early_stopping=False,
        categorical_features=is_category,
        random_state=seed,
    )
