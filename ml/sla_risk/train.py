"""Learning who will breach, and how far to trust it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from sklearn.ensemble import HistGradientBoostingClassifier

from ml.drift import Shape, learn_shapes
from ml.events import EventLog
from ml.metrics import FloatArray
from ml.sla_risk.baseline import PriorityRates, fit_rates
from ml.sla_risk.evaluate import beats, score
from ml.sla_risk.features import Vocabulary, build_features, learn_vocabulary, watched_inputs
from ml.sla_risk.peers import IntArray
from ml.sla_risk.sample import training_sample
from ml.sla_risk.sets import NO_LIMITS, Limits, calibrate_limits

MODEL_VERSION = "sla_risk-1.0"
MIN_TICKETS_OF_EACH = 50
# Folds are spans of time, as tickets of one week share what those of others do not. Fewer would leave
# their models so much less to learn from than the served one that sets came out too wide.
FOLDS = 8
_MAX_SLOPE = 2.0

_BOOSTING = {
    "max_iter": 120,
    "learning_rate": 0.06,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 40,
    "l2_regularization": 5.0,
    "early_stopping": False,
}


@dataclass(frozen=True)
class RiskModel:
    """A fitted model: an estimator of scikit-learn, and plain data.

    `estimator` takes `columns` of the features, in this order, and is None where the baseline is served;
    `warnings` then say why. `centre` and `slope` make its log-odds those of a probability. `typical`
    has of each column the median that training saw, NaN where most were; `shapes` tell how its inputs were
    distributed. `quality` are figures on tickets that the estimator had not learnt from, of the model and
    of the baseline.
    """

    baseline: PriorityRates
    vocabulary: Vocabulary
    trained_until: pd.Timestamp
    estimator: HistGradientBoostingClassifier | None = None
    columns: tuple[str, ...] = ()
    typical: dict[str, float] = field(default_factory=dict)
    centre: float = 0.0
    slope: float = 1.0
    limits: Limits = NO_LIMITS
    shapes: dict[str, Shape] = field(default_factory=dict)
    quality: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    model_version: str = MODEL_VERSION

    @property
    def fallback(self) -> bool:
        """Whether the baseline is served."""
        return self.estimator is None

    def log_odds(self, features: FloatArray) -> FloatArray:
        """Calibrated log-odds of a breach; one row per event, `columns` as columns. Not for a fallback."""
        assert self.estimator is not None  # noqa: S101 - the docstring's condition, for the type checker
        raw: FloatArray = self.estimator.decision_function(features)
        return self.centre + self.slope * (raw - self.centre)


def fit_risk(
    log: EventLog,
    outcomes: pd.DataFrame,
    *,
    cut: pd.Timestamp,
    signals: pd.DataFrame | None = None,
    resting: Collection[str] = (),
    learn_from: pd.Timestamp | None = None,
    seed: int = 0,
) -> RiskModel:
    """Learn the probability of a breach from what was known at `cut`; later events and outcomes are ignored.

    The model is served only where it beats the rate per priority on tickets it had not learnt from;
    otherwise, or where there is too little to learn from, the rates are, with `fallback` set and a warning.

    Args:
        log: Events of all tickets.
        outcomes: One row per ticket, indexed by it: `breached`, 0 or 1, and `known_at`, when it became
            known. Tickets without a row are not over.
        cut: When training ends.
        signals: What is known of peers, perhaps earlier than the outcome, as in `build_features`; the
            outcomes themselves by default. Give `predict_risk` features made of the same.
        resting: Statuses in which nobody has anything left to do.
        learn_from: Tickets opened before it count among the peers only.
        seed: Of the estimator.
    """
    past = log.until(cut)
    vocabulary = learn_vocabulary(past, resting=resting)
    sample = training_sample(past, outcomes, cut=cut, learn_from=learn_from)
    fallback = RiskModel(_fit_baseline(past, sample), vocabulary, cut)
    lack = _lack(sample)
    if lack:
        return replace(fallback, warnings=(lack,))
    told = outcomes if signals is None else signals
    features = build_features(past, told[told["known_at"] <= cut], vocabulary).loc[sample.index]
    return _learn(past.rows.loc[sample.index], features, sample, fallback, seed)


def _learn(
    rows: pd.DataFrame, features: pd.DataFrame, sample: pd.DataFrame, fallback: RiskModel, seed: int
) -> RiskModel:
    columns = _columns(features, _folds(sample))
    matrix = features[list(columns)].to_numpy(dtype=np.float64)
    raw = _out_of_fold(matrix, sample, seed)
    centre, slope = _recalibrate(raw, sample)
    probability = 1 / (1 + np.exp(-centre - slope * (raw - centre)))
    is_open = sample["open"].to_numpy()
    open_rows, open_sample = rows[is_open], sample[is_open]
    breached, weight = (open_sample[name].to_numpy() for name in ("breached", "weight"))
    of_model = score(breached, probability[is_open], weight)
    of_baseline = score(breached, fallback.baseline.predict(open_rows), weight)
    judged = replace(fallback, quality={**asdict(of_model), "baseline": asdict(of_baseline)})
    if not beats(of_model, of_baseline):
        return replace(judged, warnings=("The model told hardly more of tickets than their priority does.",))
    position = open_sample["position"].to_numpy()
    inputs = watched_inputs(open_rows, features[is_open], columns, fallback.vocabulary)
    return replace(
        judged,
        estimator=_fit(matrix, sample, seed),
        columns=columns,
        typical={name: _typical(features[name]) for name in columns},
        centre=centre,
        slope=slope,
        limits=calibrate_limits(open_rows, position, breached, probability[is_open], weight),
        shapes=learn_shapes(inputs, open_sample["ticket"], weight),
    )


def _columns(features: pd.DataFrame, folds: IntArray) -> tuple[str, ...]:
    """Features that vary, and are known in two folds: without one, the estimator must still see them."""
    unlike_first = features.ne(features.iloc[0]) & ~(features.isna() & features.iloc[0].isna())
    varies = unlike_first.any()
    seen = features.notna().groupby(folds).any().sum() > 1
    return tuple(str(name) for name in features.columns[varies & seen])


def _typical(values: "pd.Series[float]") -> float:
    return float(values.median()) if values.notna().mean() >= 0.5 else np.nan  # noqa: PLR2004 - the median


def _fit_baseline(past: EventLog, sample: pd.DataFrame) -> PriorityRates:
    tickets = sample.drop_duplicates("ticket")
    if "priority" in past.attributes:
        tickets = tickets.assign(priority=past.rows["priority"])
    return fit_rates(tickets)


def _lack(sample: pd.DataFrame) -> str | None:
    tickets = sample[sample["open"]].drop_duplicates("ticket")
    breached = int(tickets["breached"].sum())
    for count, what in ((breached, "breached"), (len(tickets) - breached, "met their SLA")):
        if count < MIN_TICKETS_OF_EACH:
            return f"{count} tickets are known to have {what}; {MIN_TICKETS_OF_EACH} are needed to learn."
    folds = _folds(sample)
    if any(sample["breached"][folds != fold].std() == 0 for fold in np.unique(folds)):
        return "Nearly all breaches, or all else, came at one time; a model could not be judged by another."
    return None


def _folds(sample: pd.DataFrame) -> IntArray:
    order = sample["opened_at"].rank(method="dense", pct=True)
    return np.ceil(order.to_numpy() * FOLDS).astype(np.int64)


def _out_of_fold(matrix: FloatArray, sample: pd.DataFrame, seed: int) -> FloatArray:
    folds, raw = _folds(sample), np.empty(len(sample))
    for fold in np.unique(folds):
        inside = folds == fold
        raw[inside] = _fit(matrix[~inside], sample[~inside], seed).decision_function(matrix[inside])
    return raw


def _fit(matrix: FloatArray, sample: pd.DataFrame, seed: int) -> HistGradientBoostingClassifier:
    estimator = HistGradientBoostingClassifier(**_BOOSTING, random_state=seed)
    return estimator.fit(matrix, sample["breached"].to_numpy(), sample_weight=sample["weight"].to_numpy())


def _recalibrate(raw: FloatArray, sample: pd.DataFrame) -> tuple[float, float]:
    """What the log-odds are drawn to, which is the rate of all, and how much of their distance is kept.

    The centre is not fitted: it would learn how rates drifted between the folds, not what comes next.
    """
    breached, weight = sample["breached"].to_numpy(), sample["weight"].to_numpy()
    rate = np.average(breached, weights=weight)
    centre = float(np.log(rate / (1 - rate)))

    def loss(slope: float) -> float:
        odds = centre + slope * (raw - centre)
        return float(np.average(np.logaddexp(0.0, odds) - breached * odds, weights=weight))

    return centre, float(minimize_scalar(loss, bounds=(0.0, _MAX_SLOPE), method="bounded").x)
