"""What would have been predicted in the past: models refitted as time goes by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.events import EventLog
from ml.resolution_time.baseline import median_remaining
from ml.resolution_time.blend import blend
from ml.resolution_time.features import PRIORITY, build_prefixes, closed_before, days
from ml.resolution_time.intervals import BOUNDS, add_intervals
from ml.resolution_time.peers import add_peers
from ml.resolution_time.train import BOOSTERS, fit_boosters

# Fewer ended tickets than these teach a booster nothing that the baseline does not say.
MIN_TICKETS = 50


@dataclass(frozen=True)
class Fold:
    """Prefixes to learn from at an instant, in days, and prefixes to ask; both as index labels."""

    learnt: pd.Index
    asked: pd.Index
    as_of: float


def rolling_predictions(
    log: EventLog, outcomes: pd.DataFrame, *, cuts: Sequence[pd.Timestamp], seed: int = 0
) -> pd.DataFrame:
    """Predict each event from the first cut on as it would have been, with models refitted at each cut.

    Args:
        log: Events of ended and of open tickets.
        outcomes: Indexed by ticket, with `ended_at` and `known_at` in UTC without a zone, NaT while open.
        cuts: Ascending instants, at least one. Until `MIN_TICKETS` tickets have ended by one of them
            the baseline answers.
        seed: Of the boosters.

    Returns:
        One row per event of a ticket not yet known to have ended, as described at `present`, and
        `actual_days`, NaN while the ticket is open.
    """
    prefixes = describe(log, outcomes)
    begins = list(days(pd.Series(cuts)))
    folds = folds_by_time(prefixes, begins)
    by_baseline = predict_by_baseline(prefixes)
    by_baseline = by_baseline[by_baseline["at"] >= begins[0]]
    if not folds:
        return present(by_baseline)
    by_models = predict_folds(prefixes, folds, seed=seed)
    rest = by_baseline.loc[by_baseline.index.difference(by_models.index, sort=False)]
    return present(pd.concat([rest, by_models]) if len(rest) else by_models)


def describe(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Prefixes of tickets not yet known to have ended, with what their peers and the `baseline` say.

    Each is told what was known when its last event happened, and nothing later.
    """
    prefixes = build_prefixes(log, outcomes)
    prefixes = prefixes[prefixes["at"] < prefixes["known"]]
    closed = closed_before(prefixes, np.inf)
    return add_peers(prefixes, closed).assign(baseline=median_remaining(prefixes, closed))


def folds_by_time(prefixes: pd.DataFrame, cuts: Sequence[float]) -> list[Fold]:
    """One fold per cut, in days: learn what was known there, be asked until the next.

    Cuts before which fewer than `MIN_TICKETS` tickets had ended are left out.
    """
    folds = []
    for begin, end in zip(cuts, [*cuts[1:], np.inf], strict=True):
        learnt = closed_before(prefixes, begin)
        asked = prefixes.index[(prefixes["at"] >= begin) & (prefixes["at"] < end)]
        if learnt["ticket"].nunique() >= MIN_TICKETS and len(asked):
            folds.append(Fold(learnt.index, asked, begin))
    return folds


def predict_folds(prefixes: pd.DataFrame, folds: Sequence[Fold], *, seed: int = 0) -> pd.DataFrame:
    """Asked prefixes with what each expert says, `predicted`, `point` and its bounds, in days.

    How the experts are mixed and how wide the intervals are is decided, row by row, by the predictions
    of these folds whose tickets were known to have ended before.

    Args:
        prefixes: From `describe`.
        folds: In order of time, at least one.
        seed: Of the boosters.
    """
    frames = []
    for fold in folds:
        asked = prefixes.loc[fold.asked].assign(fallback=False)
        happened = prefixes[prefixes["at"] <= fold.as_of]
        boosters = fit_boosters(prefixes.loc[fold.learnt], happened, as_of=fold.as_of, seed=seed)
        for name in BOOSTERS:
            asked[name] = boosters[name].predict(asked)
        frames.append(asked)
    asked = pd.concat(frames)
    asked["predicted"] = blend(asked, closed_before(asked, np.inf))
    return asked.join(add_intervals(asked, closed_before(asked, np.inf)))


def predict_by_baseline(prefixes: pd.DataFrame) -> pd.DataFrame:
    """The same of all prefixes with the baseline alone."""
    asked = prefixes.assign(predicted=prefixes["baseline"], fallback=True)
    record = closed_before(asked, np.inf).dropna(subset=["predicted"])
    return asked.join(add_intervals(asked, record))


def present(asked: pd.DataFrame) -> pd.DataFrame:
    """Predictions as callers see them, indexed and ordered as the log.

    Returns:
        `ticket`; `step`, the event's number in its ticket; `status`; `priority`, None where the desk has
        none; `predicted_days`, `baseline_days`, the bounds `lower_80`, `upper_80`, `lower_90` and
        `upper_90` in days, all NaN where nothing is known; `fallback`, whether the baseline answers.
    """
    asked = asked.sort_index()
    priority = asked[PRIORITY] if PRIORITY in asked else pd.Series(None, index=asked.index, dtype=object)
    presented = pd.DataFrame(
        {
            "ticket": asked["ticket"],
            "step": asked["step"].astype(int),
            "status": asked["status"],
            "priority": priority,
            "predicted_days": asked["point"],
            "baseline_days": asked["baseline"],
        }
    )
    presented[list(BOUNDS)] = asked[list(BOUNDS)]
    presented["fallback"] = asked["fallback"].astype(bool)
    if asked["remaining"].notna().any():
        presented["actual_days"] = asked["remaining"]
    return presented
