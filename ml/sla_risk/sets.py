"""Prediction sets: which of breached and met can still be told, in nine of ten tickets rightly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import FloatArray
from ml.sla_risk.peers import LAST_POSITION

LEVEL = 0.90
# A group whose own tickets are held less often than this has its limit raised, if it is of this size.
GROUP_FLOOR = 0.85
MIN_GROUP_TICKETS = 100
GROUPS = ("priority", "group")
# Rows of all positions that a limit of one position borrows, as late positions are few.
_BORROWED_ROWS = 50.0

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """How improbable an outcome may be and still be in the set.

    `by_position` has one limit per position of the event, the last for all later ones; `by_group` has
    those of values of attributes. The largest that applies is taken, and never less than one half, so
    that no set is empty.
    """

    by_position: tuple[float, ...]
    by_group: Mapping[str, Mapping[str, float]]

    def sets(self, rows: pd.DataFrame, position: FloatArray, probability: FloatArray) -> pd.DataFrame:
        """Whether each event's set has a breach in it, and whether it has its absence.

        Args:
            rows: Of a log of events, for the attributes.
            position: Of each event in the history of its ticket, from 1.
            probability: Of a breach.

        Returns:
            Booleans `may_breach` and `may_be_met`, with the index of `rows`; at least one is true.
        """
        place = np.minimum(position, LAST_POSITION).astype(int) - 1
        limit = np.maximum(np.array(self.by_position)[place], 0.5)
        for name, values in self.by_group.items():
            limit = np.maximum(limit, rows[name].map(dict(values)).astype(float).fillna(0.0))
        return pd.DataFrame(
            {"may_breach": 1 - probability <= limit, "may_be_met": probability <= limit}, index=rows.index
        )


NO_LIMITS = Limits(by_position=(1.0,) * LAST_POSITION, by_group={})


def holds(sets: pd.DataFrame, breached: FloatArray) -> BoolArray:
    """Whether each set has in it what happened."""
    held: BoolArray = np.where(breached == 1, sets["may_breach"], sets["may_be_met"]).astype(bool)
    return held


def calibrate_limits(
    rows: pd.DataFrame,
    position: FloatArray,
    breached: FloatArray,
    probability: FloatArray,
    weight: FloatArray,
) -> Limits:
    """Limits that would have held as often as promised.

    Args:
        rows: Events whose ticket's outcome was not known yet, with `ticket` and perhaps attributes.
        position: Of each event, from 1.
        breached: What happened, 0 or 1.
        probability: Of a breach, by models that had not learnt from the same ticket.
        weight: How many events each stands for.
    """
    surprise = np.where(breached == 1, 1 - probability, probability)
    borrowed = _BORROWED_ROWS / len(surprise)
    place = np.minimum(position, LAST_POSITION)
    by_position = tuple(
        _quantile(surprise, weight * ((place == each) + borrowed), LEVEL)
        for each in range(1, LAST_POSITION + 1)
    )
    by_group: dict[str, dict[str, float]] = {}
    for name in (name for name in GROUPS if name in rows):
        tickets = rows.groupby(name)["ticket"].nunique()
        by_group[name] = {
            str(value): _quantile(surprise[of_value], weight[of_value], GROUP_FLOOR)
            for value in tickets.index[tickets >= MIN_GROUP_TICKETS]
            for of_value in [(rows[name] == value).to_numpy()]
        }
    return Limits(by_position=by_position, by_group=by_group)


def _quantile(values: FloatArray, weight: FloatArray, level: float) -> float:
    order = np.argsort(values, kind="stable")
    share = weight[order].cumsum()
    return float(values[order][min(int(np.searchsorted(share, level * share[-1])), len(values) - 1)])
