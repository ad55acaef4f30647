"""Learn how long tickets take, and say of the open ones how long they will."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ml.drift import Shape, learn_shapes
from ml.events import EventLog
from ml.metrics import FloatArray
from ml.resolution_time.baseline import median_remaining
from ml.resolution_time.blend import EXPERTS, blend
from ml.resolution_time.features import (
    PRIORITY,
    attribute_columns,
    build_prefixes,
    closed_before,
    days,
)
from ml.resolution_time.intervals import BOUNDS, add_intervals, outlook
from ml.resolution_time.peers import add_peers
from ml.resolution_time.rolling import (
    MIN_TICKETS,
    describe,
    folds_by_time,
    predict_by_baseline,
    predict_folds,
    present,
)
from ml.resolution_time.train import BOOSTERS, Booster, censoring_weights, fit_boosters

MODEL_VERSION = "resolution_time-1.0"

# Where, in the order in which tickets ended, the models are refitted to see how well they would have done.
_CUTS = (0.5, 0.65, 0.8)
_MIN_JUDGED = 50
_REMEMBERED = ["ticket", "at", "opened", "ended", "known", "elapsed", "duration", "remaining", "status"]


@dataclass(frozen=True)
class ResolutionModel:
    """What was learnt until `as_of`, as estimators and frames that can be stored as they are.

    `closed` are the prefixes of ended tickets, `record` what was predicted of them before they ended;
    `boosters` is empty where there was too little to learn. `quality` has the mean absolute errors, in
    days, of the record (`mae`) and of the baseline on it (`baseline_mae`), how often its bands held
    (`coverage_80`, `coverage_90`), and its `prefixes`; `shapes` tell
    how what the boosters know of a ticket by itself was distributed, by columns of prefixes.
    """

    as_of: pd.Timestamp
    closed: pd.DataFrame
    record: pd.DataFrame
    boosters: Mapping[str, Booster]
    quality: Mapping[str, float | None]
    fallback: bool
    warnings: tuple[str, ...]
    model_version: str = MODEL_VERSION
    shapes: dict[str, Shape] = field(default_factory=dict)


def fit_resolution_time(
    log: EventLog, outcomes: pd.DataFrame, *, as_of: pd.Timestamp, seed: int = 0
) -> ResolutionModel:
    """Learn from all that was known at `as_of`; serve the baseline, and say so, where nothing beats it.

    Args:
        log: Events of ended and of open tickets; later ones are not looked at.
        outcomes: Indexed by ticket, with `ended_at` and `known_at` in UTC without a zone, NaT while open.
        as_of: In UTC without a zone.
        seed: Of the boosters.

    Raises:
        ValueError: `outcomes` lacks a column or names a ticket twice.
    """
    known = outcomes[outcomes["known_at"] <= as_of]
    prefixes = describe(log.until(as_of), known)
    closed = closed_before(prefixes, np.inf)
    ends = closed.drop_duplicates("ticket")["known"].to_numpy()
    folds = folds_by_time(prefixes, list(np.quantile(ends, _CUTS))) if len(ends) else []
    if not folds:
        return _baseline_model(prefixes, as_of, _too_few(len(ends)))
    record = closed_before(predict_folds(prefixes, folds, seed=seed), np.inf).dropna(subset=["baseline"])
    if len(record) < _MIN_JUDGED:
        return _baseline_model(prefixes, as_of, _too_few(len(ends)))
    if _error(record, "predicted") >= _error(record, "baseline"):
        warning = "The models were no better than the baseline on tickets that ended lately; it is served."
        return _baseline_model(prefixes, as_of, warning)
    now = days(pd.Series([as_of]))[0]
    boosters = fit_boosters(closed, prefixes, as_of=now, seed=seed)
    known_by_itself = closed[list(boosters["own_history"].columns)]
    return ResolutionModel(
        as_of=as_of,
        closed=closed[[*_REMEMBERED, "opening_weekday", *attribute_columns(closed)]],
        record=record[[*_record_columns(record), *EXPERTS]],
        boosters=boosters,
        quality=_quality(record),
        fallback=False,
        warnings=(),
        shapes=learn_shapes(known_by_itself, closed["ticket"], censoring_weights(closed, prefixes, now)),
    )


def predict_open(model: ResolutionModel, log: EventLog, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """How many days from `as_of` each ticket of the log will still take.

    Each is judged by its last event, and by having lasted until `as_of` since.

    Args:
        model: Fitted not later than `as_of`.
        log: All events of open tickets, with the attributes and numbers of the log that was learnt from.
        as_of: In UTC without a zone.

    Returns:
        One row per ticket with an event until `as_of`, indexed by that event in the log, as described
        at `present`; `fallback` also where a ticket has outlasted all that its peers let expect.
    """
    asked = last_prefixes(log, as_of=as_of).assign(asked=days(pd.Series([as_of]))[0])
    asked["baseline"] = median_remaining(asked, model.closed)
    asked["predicted"] = asked["baseline"] + asked["asked"] - asked["at"]
    if model.boosters:
        asked = add_peers(asked, model.closed)
        for name in BOOSTERS:
            asked[name] = model.boosters[name].predict(asked)
        asked["predicted"] = blend(asked, model.record)
    asked = asked.join(add_intervals(asked, model.record))
    outlasted = asked["point"].isna()
    asked["fallback"] = outlasted | model.fallback
    asked.loc[outlasted, ["point", *BOUNDS]] = _by_durations(asked[outlasted], model.closed)
    return present(asked)


def last_prefixes(log: EventLog, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The row of `build_prefixes` of each ticket's last event until `as_of`, none known to have ended."""
    nothing_known = pd.DataFrame({"ended_at": [], "known_at": []}, dtype="datetime64[ns]")
    prefixes = build_prefixes(log.until(as_of), nothing_known)
    return prefixes.groupby("ticket", sort=False).tail(1)


def _by_durations(asked: pd.DataFrame, closed: pd.DataFrame) -> FloatArray:
    """The baseline, with bounds from all ended tickets that lasted longer."""
    durations = np.sort(closed.drop_duplicates("ticket")["duration"].to_numpy())
    lasted = (asked["asked"] - asked["opened"]).to_numpy()
    told = np.full((len(asked), 1 + len(BOUNDS)), np.nan)
    for row, (days_so_far, point) in enumerate(zip(lasted, asked["baseline"], strict=True)):
        rests = durations[durations > days_so_far] - days_so_far
        told[row] = outlook(point, rests - point, 0.0)
    return told


def _baseline_model(prefixes: pd.DataFrame, as_of: pd.Timestamp, warning: str) -> ResolutionModel:
    predicted = predict_by_baseline(prefixes)
    closed = closed_before(predicted, np.inf)
    record = closed.dropna(subset=["predicted"])
    return ResolutionModel(
        as_of=as_of,
        closed=closed[[*_REMEMBERED, "opening_weekday", *attribute_columns(closed)]],
        record=record[_record_columns(record)],
        boosters={},
        quality=_quality(record),
        fallback=True,
        warnings=(warning,),
    )


def _record_columns(record: pd.DataFrame) -> list[str]:
    priority = [PRIORITY] if PRIORITY in record else []
    return ["status", *priority, "known", "remaining", "predicted"]


def _error(record: pd.DataFrame, column: str) -> float:
    return float((record[column] - record["remaining"]).abs().mean())


def _coverage(record: pd.DataFrame, level: str) -> float | None:
    told = record.dropna(subset=[f"lower_{level}"])
    if told.empty:
        return None
    return float(told["remaining"].between(told[f"lower_{level}"], told[f"upper_{level}"]).mean())


def _quality(record: pd.DataFrame) -> dict[str, float | None]:
    if not len(record):
        return {"mae": None, "baseline_mae": None, "prefixes": 0}
    errors = {"mae": _error(record, "predicted"), "baseline_mae": _error(record, "baseline")}
    held = {f"coverage_{level}": _coverage(record, level) for level in ("80", "90")}
    return {**errors, **held, "prefixes": len(record)}


def _too_few(tickets: int) -> str:
    if not tickets:
        return "No ticket has ended yet; how long the open ones will take is not known."
    return (
        f"{tickets} ended tickets are too few to learn from; models need {MIN_TICKETS} and more to be "
        "judged by. The median of tickets in the same place is served."
    )
