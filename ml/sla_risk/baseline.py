"""What a model must beat to be served: how often tickets of the same priority have breached."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.metrics import FloatArray

# A priority's rate is drawn to that of all tickets, as if so many more of these had it.
PRIOR_TICKETS = 20.0


@dataclass(frozen=True)
class PriorityRates:
    """Breach rates known when training ended; `overall` is for a priority that none has."""

    overall: float
    by_priority: Mapping[str, float]

    def predict(self, rows: pd.DataFrame) -> FloatArray:
        """Probability of a breach, one per event of a log's rows."""
        if not self.by_priority:
            return np.full(len(rows), self.overall)
        rates = rows["priority"].map(dict(self.by_priority)).astype(float).fillna(self.overall)
        return np.asarray(rates, dtype=np.float64)


def fit_rates(tickets: pd.DataFrame) -> PriorityRates:
    """The weighted share of tickets that breached, overall and by priority; one half where there are none.

    Args:
        tickets: One row per ticket whose outcome is known: `breached`, `weight`, and perhaps `priority`.
    """
    if tickets.empty:
        return PriorityRates(overall=0.5, by_priority={})
    overall = float(np.average(tickets["breached"], weights=tickets["weight"]))
    if "priority" not in tickets:
        return PriorityRates(overall=overall, by_priority={})
    weighed = pd.DataFrame({"weight": tickets["weight"], "hits": tickets["weight"] * tickets["breached"]})
    sums = weighed.groupby(tickets["priority"]).sum()
    rates = (sums["hits"] + PRIOR_TICKETS * overall) / (sums["weight"] + PRIOR_TICKETS)
    return PriorityRates(
        overall=overall, by_priority={str(name): float(rate) for name, rate in rates.items()}
    )
