"""Whether inputs still look like those that a model was learnt on, by the population stability index (PSI).

The index adds (now - then) * log(now / then) over the classes of an input. Below 0.1 an input has not moved,
above 0.25 strongly (Siddiqi, Credit Risk Scorecards, 2006). Under no change it is not zero: divided by
1/n + 1/m it follows chi-squared with one degree less than there are classes (Yurdakul, Statistical Properties
of Population Stability Index, 2018). So its mean is subtracted, and no more than chance is no move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from ml.metrics import FloatArray

MODERATE, STRONG = 0.10, 0.25
# Fewer tickets than these prove nothing.
LEAST_TICKETS = 50
# Many inputs are looked at every night: one in a thousand may seem to have moved by chance.
_CHANCE = 0.999
_DECILES = np.arange(0.1, 0.95, 0.1)
# A number of few values, such as a target in hours, is compared value by value.
_FEW_VALUES = 12
# Values that were rarer are taken together.
_RARE_SHARE, _RARE_TICKETS = 0.01, 10

IntArray = npt.NDArray[np.int64]


class Level(StrEnum):
    """How far an input has moved."""

    NONE = "none"
    MODERATE = "moderate"
    STRONG = "strong"


@dataclass(frozen=True)
class Shape:
    """How an input was distributed over its classes among so many `tickets`.

    Classes are the `common` values, the `rare` ones as one, those never seen, and those missing; of a
    number with many values the spans between `edges`, and those missing. `shares` are in this order.
    A value that a single ticket had was new when it came: so many are never seen even without a change.
    """

    tickets: int
    shares: tuple[float, ...] = ()
    common: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    def class_of(self, values: "pd.Series[Any]") -> IntArray:
        """The place among `shares` of each value."""
        if self.edges:
            places = np.searchsorted(self.edges, values.to_numpy(dtype=np.float64), side="left")
            return np.where(values.isna(), len(self.edges) + 1, places).astype(np.int64)
        texts, known = _texts(values), len(self.common)
        places = pd.Index(self.common, dtype=object).get_indexer(pd.Index(texts, dtype=object))
        others = np.where(texts.isin(self.rare), known, known + 1)
        return np.where(values.isna(), known + 2, np.where(places >= 0, places, others)).astype(np.int64)

    def shares_of(self, values: "pd.Series[Any]", weight: FloatArray | None = None) -> FloatArray:
        """The share of each class among at least one value."""
        counts = np.bincount(self.class_of(values), weights=weight, minlength=self._classes)
        shares: FloatArray = counts / counts.sum()
        return shares

    @property
    def _classes(self) -> int:
        return len(self.edges) + 2 if self.edges else len(self.common) + 3


@dataclass(frozen=True)
class Move:
    """One input now, beside what it was.

    `psi` is less what no change would bring. `unseen` and `missing` are shares of the values now,
    `strange` that of values which are new or were rare, as far as more of them came than there were, and
    `lost` that of values which are missing and were not.
    """

    psi: float
    level: Level
    unseen: float
    missing: float
    strange: float
    lost: float


def learn_shapes(
    inputs: pd.DataFrame, tickets: "pd.Series[Any]", weight: FloatArray | None = None
) -> dict[str, Shape]:
    """What each column looked like to a model that learnt from these rows.

    Args:
        inputs: One row per event, floats or texts; missing is NaN or None.
        tickets: The ticket of each row: events of one ticket are alike, and count as one.
        weight: How many rows each stands for.
    """
    return {str(name): _learn(inputs[name], tickets, weight) for name in inputs} if len(inputs) else {}


def compare(shapes: Mapping[str, Shape], inputs: pd.DataFrame, tickets: "pd.Series[Any]") -> dict[str, Move]:
    """How far each column has moved, the farthest first; none where there are too few tickets.

    Args:
        shapes: From `learn_shapes`; columns without one are not looked at.
        inputs: Rows as the model is asked of now.
        tickets: The ticket of each row.
    """
    count = tickets.nunique()
    if count < LEAST_TICKETS:
        return {}
    moves = {
        name: _compare(shape, inputs[name], count)
        for name, shape in shapes.items()
        if name in inputs and shape.tickets >= LEAST_TICKETS
    }
    return dict(sorted(moves.items(), key=lambda named: -named[1].psi))


def _learn(values: "pd.Series[Any]", tickets: "pd.Series[Any]", weight: FloatArray | None) -> Shape:
    count = int(tickets.nunique())
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > _FEW_VALUES:
        shape = Shape(count, edges=tuple(map(float, np.unique(values.quantile(_DECILES)))))
        return replace(shape, shares=_told(shape, values, weight))
    texts = _texts(values)
    pairs = pd.DataFrame({"value": texts, "ticket": tickets})[values.notna().to_numpy()]
    having = pairs.drop_duplicates()["value"].value_counts()
    common = having.index[having >= max(_RARE_SHARE * count, _RARE_TICKETS)]
    others = having.index.difference(common)
    shape = Shape(count, common=tuple(sorted(common)), rare=tuple(others[having[others] > 1]))
    return replace(shape, shares=_told(shape, values, weight), rare=tuple(others))


def _told(shape: Shape, values: "pd.Series[Any]", weight: FloatArray | None) -> tuple[float, ...]:
    return tuple(map(float, shape.shares_of(values, weight)))


def _compare(shape: Shape, values: "pd.Series[Any]", tickets: int) -> Move:
    then, now = np.array(shape.shares), shape.shares_of(values)
    used = (then > 0) | (now > 0)
    freedom = int(used.sum()) - 1
    noise = 1 / shape.tickets + 1 / tickets
    raw = _index(then[used], shape.tickets, now[used], tickets)
    psi = max(raw - freedom * noise, 0.0)
    by_chance = raw <= chi2.ppf(_CHANCE, freedom) * noise if freedom else True
    rare, unseen = (0.0, 0.0) if shape.edges else (now[-3], now[-2])
    strange = unseen + rare - (0.0 if shape.edges else then[-3] + then[-2])
    return Move(
        psi=float(psi),
        level=Level.NONE if by_chance or psi < MODERATE else Level.STRONG if psi > STRONG else Level.MODERATE,
        unseen=float(unseen),
        missing=float(now[-1]),
        strange=float(max(strange, 0.0)),
        lost=float(max(now[-1] - then[-1], 0.0)),
    )


def _index(then: FloatArray, tickets_then: int, now: FloatArray, tickets_now: int) -> float:
    """The index; half a ticket is added to each class, as the logarithm of an empty one has no end."""
    before = (then * tickets_then + 0.5) / (tickets_then + 0.5 * len(then))
    after = (now * tickets_now + 0.5) / (tickets_now + 0.5 * len(now))
    return float(((after - before) * np.log(after / before)).sum())


def _texts(values: "pd.Series[Any]") -> "pd.Series[Any]":
    # A whole number is the same value whether the column has gaps, and so floats, or not.
    is_number = pd.api.types.is_numeric_dtype(values)
    return (values.astype("float64") if is_number else values).astype(str)
