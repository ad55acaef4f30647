"""How right probabilities of a breach have been."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from ml.metrics import FloatArray

BINS = 10
# By how much a model must be nearer to the truth than the baseline: less comes of chance, as outcomes
# dealt at random have shown.
MARGIN = 0.02
THRESHOLDS = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class RiskScores:
    """Figures of a set of probabilities; `auc` is None where all or none breached."""

    rows: int
    breach_rate: float
    mean_probability: float
    auc: float | None
    brier: float
    calibration_error: float


def score(breached: FloatArray, probability: FloatArray, weight: FloatArray | None = None) -> RiskScores:
    """Measure probabilities against what happened, 0 or 1. Needs at least one row.

    Args:
        breached: What happened.
        probability: What was said, of the same length.
        weight: How many rows each stands for; one by default.
    """
    both = 0 < breached.mean() < 1
    return RiskScores(
        rows=len(breached),
        breach_rate=float(np.average(breached, weights=weight)),
        mean_probability=float(np.average(probability, weights=weight)),
        auc=float(roc_auc_score(breached, probability, sample_weight=weight)) if both else None,
        brier=float(np.average((probability - breached) ** 2, weights=weight)),
        calibration_error=calibration_error(breached, probability),
    )


def calibration_error(breached: FloatArray, probability: FloatArray) -> float:
    """Expected calibration error over the bins of `reliability`: mean gap of what was said and came."""
    bins = reliability(breached, probability)
    return float(np.average((bins["said"] - bins["came"]).abs(), weights=bins["rows"]))


def reliability(breached: FloatArray, probability: FloatArray) -> pd.DataFrame:
    """Means of what was `said` and `came` in ten bins of as many `rows` each, the least likely first."""
    bins = np.array_split(np.argsort(probability, kind="stable"), min(BINS, len(breached)))
    return pd.DataFrame(
        {
            "rows": [len(rows) for rows in bins],
            "said": [float(probability[rows].mean()) for rows in bins],
            "came": [float(breached[rows].mean()) for rows in bins],
        }
    )


def score_by(groups: Iterable[object], breached: FloatArray, probability: FloatArray) -> pd.DataFrame:
    """`score` of each group, such as the position of the event; one row per group, indexed by it."""
    labels = pd.Series(list(groups))
    scores = {
        label: asdict(score(breached[places], probability[places]))
        for label, places in labels.groupby(labels).indices.items()
    }
    return pd.DataFrame.from_dict(scores, orient="index")


def at_thresholds(
    breached: FloatArray, probability: FloatArray, thresholds: Sequence[float] = THRESHOLDS
) -> pd.DataFrame:
    """What comes of warning from a probability on: one row per threshold, indexed by it.

    Returns:
        `flagged`, the share of rows warned of; `precision`, the share of these that breached (NaN where
        there are none); `recall`, the share of breaches warned of (NaN where there are none).
    """
    rows = {}
    for threshold in thresholds:
        flagged = probability >= threshold
        hits = float(breached[flagged].sum())
        rows[threshold] = {
            "flagged": float(flagged.mean()),
            "precision": hits / flagged.sum() if flagged.any() else np.nan,
            "recall": hits / breached.sum() if breached.any() else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def coverage_by(
    groups: "pd.Series[str]", tickets: "pd.Series[str]", held: npt.NDArray[np.bool_], *, min_tickets: int
) -> pd.DataFrame:
    """How often sets held what happened, in each group of `min_tickets` or more; indexed by group."""
    frame = pd.DataFrame({"group": groups, "ticket": tickets, "held": held})
    by_group = frame.groupby("group").agg(
        tickets=("ticket", "nunique"), rows=("held", "size"), coverage=("held", "mean")
    )
    return by_group[by_group["tickets"] >= min_tickets]


def beats(model: RiskScores, baseline: RiskScores, *other_aucs: float | None) -> bool:
    """Whether a model may be served: clearly nearer to the truth than the baseline, and better in order.

    Args:
        model: Of the model, on rows that it did not learn from.
        baseline: Of the baseline, on the same rows.
        other_aucs: Of other rivals, such as a score of rules that is no probability.
    """
    if model.auc is None or model.brier > (1 - MARGIN) * baseline.brier:
        return False
    return all(rival is None or model.auc > rival for rival in (baseline.auc, *other_aucs))
