"""Who knew what when: rows by group, in the order in which their tickets were known to have ended."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import FloatArray

PositionArray = npt.NDArray[np.intp]

EVERYTHING = "everything"


@dataclass(frozen=True)
class Known:
    """Positions of rows per group and the instants, in days, at which each became known."""

    positions: dict[Hashable, PositionArray]
    instants: dict[Hashable, FloatArray]

    @classmethod
    def by(cls, groups: "pd.Series[str]", known: FloatArray) -> "Known":
        """Rows of each of `groups`; rows with an infinite instant never become known.

        Args:
            groups: The group of each row.
            known: The instant, in days, at which the end of each row's ticket was known.
        """
        order = np.argsort(known, kind="stable")
        order = order[np.isfinite(known[order])]
        ordered = groups.iloc[order].reset_index(drop=True)
        positions = {
            key: order[np.asarray(places)] for key, places in ordered.groupby(ordered).indices.items()
        }
        return cls(positions, {key: known[rows] for key, rows in positions.items()})

    def before(self, group: Hashable, instant: float, newest: int) -> PositionArray:
        """Rows of the group known before `instant`, the `newest` of them at most, oldest first."""
        if group not in self.positions:
            return np.empty(0, dtype=np.intp)
        count = int(np.searchsorted(self.instants[group], instant, side="left"))
        return self.positions[group][max(0, count - newest) : count]


def everything(frame: pd.DataFrame) -> "pd.Series[str]":
    """One group that holds all rows."""
    return pd.Series(EVERYTHING, index=frame.index)
