"""Asking the served models of every open ticket."""

from typing import Any

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from ml.artefacts import load_model
from ml.resolution_time import ResolutionModel, predict_open
from ml.sla_risk import RiskModel, build_features, predict_risk, top_factors
from pipelines.defs.ticket_models.cases import Cases
from pipelines.defs.ticket_models.registry import read_artefact, read_decision
from pipelines.defs.ticket_models.training import open_events

KEPT_DAYS = 180
TRUSTED = (
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


def score_open_tickets(connection: psycopg.Connection, cases: Cases) -> int:
    """Replace what was said of open tickets today by what the served models say now, and tell of how many."""
    told = pd.DataFrame(index=cases.open_tickets)
    told = told.join(_risks(connection, cases)).join(_times(connection, cases))
    told = told[told.notna().any(axis=1)] if told.columns.size else told.iloc[:0]
    now = cases.as_of.tz_localize("UTC").to_pydatetime()
    connection.execute(_FORGET, {"today": now.date(), "kept": KEPT_DAYS})
    with connection.cursor().copy(f"copy ml.ticket_prediction ({', '.join(_COLUMNS)}) from stdin") as rows:
        for task_id, row in told.reindex(columns=_COLUMNS[3:]).iterrows():
            rows.write_row([task_id, now.date(), now, *(None if _is_none(value) else value for value in row)])
    return len(told)


def _risks(connection: psycopg.Connection, cases: Cases) -> pd.DataFrame:
    """By ticket, of those whose SLA is not broken yet."""
    run_id = read_decision(connection, "sla_risk").model_run_id
    content = None if run_id is None else read_artefact(connection, run_id)
    if content is None:
        return pd.DataFrame()
    model = load_model(content, RiskModel, trusted=TRUSTED)
    log = cases.log
    late = cases.breaches.index[cases.breaches["known_at"] <= cases.as_of]
    asked = log.rows[log.rows["ticket"].isin(cases.open_tickets.difference(late))]
    asked = asked[asked["target_hours"].notna()].groupby("ticket", sort=False).tail(1)
    if asked.empty:
        return pd.DataFrame()
    features = build_features(log, cases.breaches, model.vocabulary).loc[asked.index]
    risk = predict_risk(model, log, features)
    factors = {
        event: Jsonb(
            found[["feature", "value", "effect"]].astype(object).where(found.notna(), None).to_dict("records")
        )
        for event, found in top_factors(model, features).groupby("event")
    }
    return pd.DataFrame(
        {
            "risk_run_id": run_id,
            "breach_probability": risk["probability"].to_numpy(),
            "may_breach": risk["may_breach"].to_numpy(),
            "may_be_met": risk["may_be_met"].to_numpy(),
            "risk_factors": [factors.get(event) for event in risk.index],
        },
        index=risk["ticket"],
    ).astype({"risk_run_id": object})


def _times(connection: psycopg.Connection, cases: Cases) -> pd.DataFrame:
    """By ticket, in hours from now."""
    run_id = read_decision(connection, "resolution_time").model_run_id
    content = None if run_id is None else read_artefact(connection, run_id)
    if content is None:
        return pd.DataFrame()
    model = load_model(content, ResolutionModel, trusted=TRUSTED)
    log = open_events(cases.log)
    rows = log.rows[log.rows["ticket"].isin(cases.open_tickets)]
    told = predict_open(model, type(log)(rows, log.attributes, log.numbers), as_of=cases.as_of)
    hours = told[["predicted_days", "lower_80", "upper_80", "lower_90", "upper_90"]] * 24
    times = hours.set_axis(_HOURS, axis=1).set_axis(told["ticket"]).dropna()
    return times.assign(time_run_id=run_id).astype({"time_run_id": object})


def _is_none(value: Any) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))
