"""How far predictions were off, and how often their intervals held."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.resolution_time.intervals import LEVELS

# Events from this one on are counted together: few tickets have so many.
LAST_STEP = 8


@dataclass(frozen=True)
class Evaluation:
    """Figures of predictions whose outcome is known, in all and by group.

    Each row of the frames has `prefixes`, the mean absolute errors `mae` and `baseline_mae` in days, and
    per level the share of intervals that held the truth, as `held_80`, and their mean width in days, as
    `width_80`. `overall` has one row; `by_priority` is indexed by priority, `by_status` by status,
    `by_step` by the number of the event, the last standing for all that follow.
    """

    overall: pd.DataFrame
    by_priority: pd.DataFrame
    by_status: pd.DataFrame
    by_step: pd.DataFrame


def evaluate(predictions: pd.DataFrame) -> Evaluation:
    """Judge what `rolling_predictions` returned; rows without outcome or prediction are left out."""
    judged = predictions.dropna(subset=["actual_days", "predicted_days"])
    scores = _scores(judged)
    everything = pd.Series("all", index=judged.index)
    return Evaluation(
        overall=_mean_by(scores, everything),
        by_priority=_mean_by(scores, judged["priority"]),
        by_status=_mean_by(scores, judged["status"]),
        by_step=_mean_by(scores, judged["step"].clip(upper=LAST_STEP)),
    )


def _scores(judged: pd.DataFrame) -> pd.DataFrame:
    actual = judged["actual_days"]
    scores = {
        "mae": (judged["predicted_days"] - actual).abs(),
        "baseline_mae": (judged["baseline_days"] - actual).abs(),
    }
    for level in (f"{level * 100:.0f}" for level in LEVELS):
        lower, upper = judged[f"lower_{level}"], judged[f"upper_{level}"]
        held = ((lower <= actual) & (actual <= upper)).astype(float)
        scores[f"held_{level}"] = held.where(lower.notna(), np.nan)
        scores[f"width_{level}"] = upper - lower
    return pd.DataFrame(scores)


def _mean_by(scores: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    by_group = scores.groupby(groups)
    means = by_group.mean()
    means.insert(0, "prefixes", by_group.size())
    return means
