"""Which events to learn from, when some tickets are not over yet."""

import numpy as np
import pandas as pd

from ml.events import EventLog
from ml.sla_risk.peers import LAST_POSITION

# Tickets younger than nearly all that met their SLA took have no chance to be known to have breached.
_MET_QUANTILE = 0.99
# A ticket of a follow-up that few had is not weighed more than this share allows.
_MIN_FOLLOWED = 0.15


def training_sample(
    log: EventLog, outcomes: pd.DataFrame, *, cut: pd.Timestamp, learn_from: pd.Timestamp | None
) -> pd.DataFrame:
    """The events that a model of `cut` may learn from, with what became of their tickets.

    A ticket is learnt from once its outcome is known. The slower a ticket, the likelier it was not over
    at the cut, and slow ones breach: so each that is known stands for as many like it as were opened too
    late to be known (inverse probability of censoring), and tickets opened shortly before the cut, of
    which only the quick are known, are left out.

    Args:
        log: The log until the cut.
        outcomes: One row per ticket, indexed by it: `breached`, 0 or 1, and `known_at`.
        cut: When training ends; outcomes known later are not known.
        learn_from: Tickets opened before it are not learnt from, though they count among the peers.

    Returns:
        The first eight events of each ticket, up to the one its outcome was known at, with the index of
        the log: `ticket`, `opened_at`, `position`, `breached`, `weight`, and `open`, whether the outcome
        was still unknown.
    """
    rows = log.rows
    known = outcomes[outcomes["known_at"] <= cut].reindex(rows["ticket"]).set_axis(rows.index)
    sample = pd.DataFrame(
        {
            "ticket": rows["ticket"],
            "opened_at": rows["opened_at"],
            "position": rows.groupby("ticket", sort=False).cumcount() + 1.0,
            "breached": known["breached"].astype(float),
            "took": known["known_at"] - rows["opened_at"],
            "open": rows["at"] < known["known_at"],
        }
    )
    if learn_from is not None:
        sample = sample[sample["opened_at"] >= learn_from]
    tickets = sample.drop_duplicates("ticket")
    of_met = tickets["took"][tickets["breached"] == 0].dt.total_seconds()
    enough = float(of_met.quantile(_MET_QUANTILE)) if len(of_met) else 0.0
    youngest = cut - pd.Timedelta(seconds=enough)
    tickets = tickets[tickets["opened_at"] < youngest]
    followed = np.sort((cut - tickets["opened_at"]).to_numpy())
    sample = sample[sample["breached"].notna() & (sample["opened_at"] < youngest)]
    longer = 1 - np.searchsorted(followed, sample["took"].to_numpy()) / max(len(followed), 1)
    sample["weight"] = 1 / np.maximum(longer, _MIN_FOLLOWED)
    happened = rows.loc[sample.index, "at"] <= sample["opened_at"] + sample["took"]
    learnt: pd.DataFrame = sample[happened & (sample["position"] <= LAST_POSITION)]
    return learnt.drop(columns="took")
