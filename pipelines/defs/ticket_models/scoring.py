"""Asking the served models of every open ticket."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from ml.artefacts import Model, load_model
from ml.events import EventLog
from ml.resolution_time import ResolutionModel, last_prefixes, predict_open
from ml.sla_risk import RiskModel, build_features, predict_risk, top_factors, watched_inputs
from pipelines.defs.ticket_models.cases import Cases, waiting_for_sla
from pipelines.defs.ticket_models.inputs import Verdict, judge_words
from pipelines.defs.ticket_models.registry import PIPELINE, decide, read_artefact, read_decision
from pipelines.defs.ticket_models.training import open_events

KEPT_DAYS = 180
TRUSTED = (
    "ml.drift.Shape",
    "ml.resolution_time.train.Booster",
    "ml.sla_risk.baseline.PriorityRates",
    "ml.sla_risk.features.Vocabulary",
    "ml.sla_risk.sets.Limits",
)

_HOURS = ("remaining_hours", "lower_80", "upper_80", "lower_90", "upper_90")
_COLUMNS = (
    *("task_id", "predicted_on", "predicted_at"),
    *("risk_run_id", "breach_probability", "may_breach", "may_be_met", "risk_factors"),
    *("time_run_id", *_HOURS),
)
_FORGET = """
    delete from ml.ticket_prediction
    where predicted_on = %(today)s or predicted_on < %(today)s - %(kept)s::integer
"""


@dataclass(frozen=True)
class Scored:
    """How many open tickets were told of, and in sentences what of them the models do not know."""

    tickets: int
    warnings: tuple[str, ...]


def score_open_tickets(connection: psycopg.Connection, cases: Cases) -> Scored:
    """Replace what was said of open tickets today by what the served models say now.

    A model that does not know the words of what it is asked is taken back, unless somebody holds it.
    """
    risks, strange_to_risk = _risks(connection, cases)
    times, strange_to_time = _times(connection, cases)
    told = pd.DataFrame(index=cases.open_tickets).join(risks).join(times)
    told = told[told.notna().any(axis=1)] if told.columns.size else told.iloc[:0]
    now = cases.as_of.tz_localize("UTC").to_pydatetime()
    connection.execute(_FORGET, {"today": now.date(), "kept": KEPT_DAYS})
    with connection.cursor().copy(f"copy ml.ticket_prediction ({', '.join(_COLUMNS)}) from stdin") as rows:
        for task_id, row in told.reindex(columns=_COLUMNS[3:]).iterrows():
            rows.write_row([task_id, now.date(), now, *(None if _is_none(value) else value for value in row)])
    return Scored(len(told), (*strange_to_risk, *strange_to_time))


def _risks(connection: psycopg.Connection, cases: Cases) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """By ticket, of those whose SLA is not broken yet."""
    run_id, model = _served(connection, "sla_risk", RiskModel)
    log, asked = cases.log, waiting_for_sla(cases)
    if model is None or asked.empty:
        return pd.DataFrame(), ()
    features = build_features(log, cases.breaches, model.vocabulary).loc[asked.index]
    inputs = watched_inputs(asked, features, model.columns, model.vocabulary).assign(ticket=asked["ticket"])
    may_answer, warnings = _heed(connection, "sla_risk", judge_words(model.shapes, inputs))
    if not may_answer:
        return pd.DataFrame(), warnings
    risk = predict_risk(model, log, features)
    factors = _factors(top_factors(model, features))
    told = pd.DataFrame(
        {
            "risk_run_id": run_id,
            "breach_probability": risk["probability"].to_numpy(),
            "may_breach": risk["may_breach"].to_numpy(),
            "may_be_met": risk["may_be_met"].to_numpy(),
            "risk_factors": [Jsonb(factors[event]) if event in factors else None for event in risk.index],
        },
        index=risk["ticket"],
    )
    return told.astype({"risk_run_id": object}), warnings


def _times(connection: psycopg.Connection, cases: Cases) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """By ticket, in hours from now."""
    run_id, model = _served(connection, "resolution_time", ResolutionModel)
    log = open_events(cases.log)
    log = EventLog(log.rows[log.rows["ticket"].isin(cases.open_tickets)], log.attributes, log.numbers)
    if model is None or log.rows.empty:
        return pd.DataFrame(), ()
    verdict = judge_words(model.shapes, last_prefixes(log, as_of=cases.as_of))
    may_answer, warnings = _heed(connection, "resolution_time", verdict)
    if not may_answer:
        return pd.DataFrame(), warnings
    told = predict_open(model, log, as_of=cases.as_of)
    hours = told[["predicted_days", "lower_80", "upper_80", "lower_90", "upper_90"]] * 24
    times = hours.set_axis(_HOURS, axis=1).set_axis(told["ticket"]).dropna()
    return times.assign(time_run_id=run_id).astype({"time_run_id": object}), warnings


def _served(connection: psycopg.Connection, kind: str, model: type[Model]) -> tuple[int | None, Model | None]:
    run_id = read_decision(connection, kind).model_run_id
    content = None if run_id is None else read_artefact(connection, run_id)
    return run_id, None if content is None else load_model(content, model, trusted=TRUSTED)


def _heed(connection: psycopg.Connection, kind: str, verdict: Verdict) -> tuple[bool, tuple[str, ...]]:
    """Whether the served model may be asked, and what is to be told of it."""
    if verdict.complaint is None:
        return True, tuple(f"{kind}: {sentence}" for sentence in verdict.warnings)
    complaint = (f"{kind}: {verdict.complaint}",)
    if read_decision(connection, kind).is_held:
        return True, complaint
    decide(connection, kind, None, by=PIPELINE, reason=verdict.complaint)
    return False, complaint


def _factors(found: pd.DataFrame) -> dict[Any, list[dict[str, Any]]]:
    """By event, what moved its risk."""
    factors: dict[Any, list[dict[str, Any]]] = {}
    values = found["value"].astype(object).where(found["value"].notna(), None)
    for event, feature, value, effect in zip(
        found["event"], found["feature"], values, found["effect"], strict=True
    ):
        factors.setdefault(event, []).append({"feature": feature, "value": value, "effect": effect})
    return factors


def _is_none(value: Any) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))
