"""What the served models said of tickets, once it is known what became of them."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd
import psycopg

from ml.sla_risk.evaluate import score
from pipelines.defs.ticket_models.cases import Cases
from pipelines.defs.ticket_models.registry import Training

# A prediction of the last two weeks is judged by the quick tickets alone: the slow are still open.
_OLDEST_DAYS, _YOUNGEST_DAYS = 60, 14
_LEAST_PREDICTIONS = 200
_MOST_CALIBRATION_ERROR = 0.10
_COVERAGE = (0.60, 0.95)

_PREDICTIONS = """
    select task_id, predicted_at, breach_probability, remaining_hours, lower_80, upper_80
    from ml.ticket_prediction
    where predicted_at between %s and %s
    order by task_id, predicted_at
"""


def judge_issued(connection: psycopg.Connection, cases: Cases) -> dict[str, dict[str, Any]]:
    """Figures of each kind of prediction that was issued two to eight weeks ago; none where few were."""
    now = cases.as_of.tz_localize("UTC")
    span = [(now - pd.Timedelta(days=days)).to_pydatetime() for days in (_OLDEST_DAYS, _YOUNGEST_DAYS)]
    cursor = connection.execute(_PREDICTIONS, span)
    issued = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])
    if issued.empty:
        return {}
    issued["predicted_at"] = pd.to_datetime(issued["predicted_at"], utc=True).dt.tz_localize(None)
    judged = {"sla_risk": _judge_risk(issued, cases), "resolution_time": _judge_time(issued, cases)}
    return {kind: figures for kind, figures in judged.items() if figures}


def heed(training: Training, issued: dict[str, Any] | None) -> Training:
    """The training with the figures of what was issued, and not to be served where these are bad."""
    if issued is None:
        return training
    figures = dict(issued)
    complaint = figures.pop("complaint")
    watched = replace(training, metrics={**training.metrics, "issued": figures})
    if complaint is None or training.artefact is None:
        return watched
    return replace(watched, artefact=None, warnings=(*training.warnings, complaint))


def _judge_risk(issued: pd.DataFrame, cases: Cases) -> dict[str, Any] | None:
    told = issued.dropna(subset=["breach_probability"]).join(cases.breaches, on="task_id", how="inner")
    told = told[told["known_at"] > told["predicted_at"]]
    if len(told) < _LEAST_PREDICTIONS:
        return None
    breached, probability = (told[name].to_numpy(dtype=float) for name in ("breached", "breach_probability"))
    figures = score(breached, probability)
    constant = float(breached.mean() * (1 - breached.mean()))
    complaint = None
    if figures.brier >= constant:
        complaint = "What was said of tickets that are over told no more than the rate of all."
    elif figures.calibration_error > _MOST_CALIBRATION_ERROR:
        complaint = (
            f"Probabilities that were told missed what came by {figures.calibration_error:.0%} on average."
        )
    return {**asdict(figures), "complaint": complaint}


def _judge_time(issued: pd.DataFrame, cases: Cases) -> dict[str, Any] | None:
    told = issued.dropna(subset=["remaining_hours"]).join(cases.ends, on="task_id", how="inner")
    told = told[told["known_at"] > told["predicted_at"]]
    if len(told) < _LEAST_PREDICTIONS:
        return None
    took = (told["ended_at"] - told["predicted_at"]).dt.total_seconds().to_numpy() / 3600
    held = float(np.mean((told["lower_80"] <= took) & (took <= told["upper_80"])))
    low, high = _COVERAGE
    complaint = None
    if not low <= held <= high:
        complaint = f"Bands of 80 % that were told held {held:.0%} of the tickets that are over."
    mae = float(np.abs(told["remaining_hours"] - took).mean())
    return {"predictions": len(told), "mae_hours": mae, "coverage_80": held, "complaint": complaint}
