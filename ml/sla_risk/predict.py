"""The probability of a breach as of each event, what it leaves open, and what moves it."""

import numpy as np
import pandas as pd

from ml.events import EventLog
from ml.metrics import FloatArray
from ml.sla_risk.train import RiskModel

FACTORS = 3


def predict_risk(model: RiskModel, log: EventLog, features: pd.DataFrame) -> pd.DataFrame:
    """The risk of each ticket as of each of its events.

    Args:
        model: From `fit_risk`.
        log: All events that there are; those asked for and, as features need them, those of peers.
        features: Of the events asked for, rows of `build_features` with the vocabulary of the model.

    Returns:
        One row per row of `features`, with its index: `ticket`, `at`, `position` of the event in its
        ticket's history from 1, `probability` of a breach, and of the 90 % prediction set `may_breach`
        and `may_be_met`. A fallback rules neither out.
    """
    rows = log.rows.loc[features.index]
    position = features["position"].to_numpy(dtype=np.float64)
    if model.fallback:
        probability = model.baseline.predict(rows)
    else:
        odds = model.log_odds(features[list(model.columns)].to_numpy(dtype=np.float64))
        probability = 1 / (1 + np.exp(-odds))
    risk = rows[["ticket", "at"]].assign(position=position.astype(int), probability=probability)
    return risk.join(model.limits.sets(rows, position, probability))


def top_factors(model: RiskModel, features: pd.DataFrame, *, count: int = FACTORS) -> pd.DataFrame:
    """The features that move each probability most, compared with what is typical.

    The effect of a feature is how much the log-odds fall when it alone is replaced by its median in
    training. Effects of features that tell the same hide behind each other, and do not add up.

    Args:
        model: From `fit_risk`; a fallback has no factors.
        features: As in `predict_risk`.
        count: How many factors to tell of each event.

    Returns:
        One row per event and factor, the largest first: `event`, its label in the index of `features`;
        `rank` from 1; `feature`; its `value` and what is `typical`, NaN where not known; `effect` on the
        log-odds, above 0 where it raises the risk. Features without an effect are left out.
    """
    if model.fallback or features.empty:
        return pd.DataFrame(columns=["event", "rank", "feature", "value", "typical", "effect"])
    matrix = features[list(model.columns)].to_numpy(dtype=np.float64)
    effects = _effects(model, matrix)
    largest = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :count]
    ranks = largest.shape[1]
    each = np.repeat(np.arange(len(matrix)), ranks)
    chosen = largest.ravel()
    names = np.array(model.columns)
    factors = pd.DataFrame(
        {
            "event": features.index.to_numpy()[each],
            "rank": np.tile(np.arange(1, ranks + 1), len(matrix)),
            "feature": names[chosen],
            "value": matrix[each, chosen],
            "typical": np.array([model.typical[name] for name in model.columns])[chosen],
            "effect": effects[each, chosen],
        }
    )
    return factors[factors["effect"] != 0].reset_index(drop=True)


def _effects(model: RiskModel, matrix: FloatArray) -> FloatArray:
    as_is = model.log_odds(matrix)
    effects = np.zeros_like(matrix)
    for column, name in enumerate(model.columns):
        typical = model.typical[name]
        # Most values of most features are what is typical, and would only be asked about for nothing.
        (unusual,) = np.nonzero(~np.isclose(matrix[:, column], typical, rtol=0, atol=0, equal_nan=True))
        if len(unusual):
            usual = matrix[unusual]
            usual[:, column] = typical
            effects[unusual, column] = as_is[unusual] - model.log_odds(usual)
    return effects
