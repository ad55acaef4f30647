"""Learning the models of single tickets from a year of the desk, judged on tickets they do not know."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ml.artefacts import dump_model
from ml.events import EventLog
from ml.resolution_time import MODEL_VERSION as TIME_VERSION
from ml.resolution_time import ResolutionModel, fit_resolution_time, last_prefixes
from ml.resolution_time.features import build_prefixes, days
from ml.sla_risk import MODEL_VERSION as RISK_VERSION
from ml.sla_risk import RiskModel, build_features, fit_risk, predict_risk, watched_inputs
from ml.sla_risk.evaluate import at_thresholds, beats, reliability, score
from ml.sla_risk.peers import LAST_POSITION
from ml.sla_risk.rules import rule_score
from ml.sla_risk.sets import holds
from pipelines.defs.ticket_models.cases import OVER, RESTING, Cases, waiting_for_sla
from pipelines.defs.ticket_models.inputs import RECENT_DAYS, Verdict, heed_inputs, judge_inputs
from pipelines.defs.ticket_models.registry import Training

SEED = 20_260_101
# Levels of the risk that the API tells of: medium from 40, high from 70.
LEVELS = (0.4, 0.7)
# The last sixth of a year is foretold by a model of what came before it.
_JUDGED_DAYS = 60
# Training is bounded however many tickets there are; older ones still count among the peers of the risk.
_NEWEST_FOR_RISK = 4_000
_NEWEST_FOR_TIME = 2_000


def train_risk(cases: Cases) -> Training:
    """Learn twice: until two months ago, to see how the model does on what came since, and until now."""
    judge = cases.as_of - pd.Timedelta(days=_JUDGED_DAYS)
    judged = judge_risk(fit_risk_until(cases, judge), cases, since=judge)
    model = fit_risk_until(cases, cases.as_of)
    warnings = model.warnings or judged.pop("warnings", ())
    served = not model.fallback and not warnings
    training = Training(
        kind="sla_risk",
        model_version=RISK_VERSION,
        data_from=first_event(cases.log),
        data_to=cases.as_of,
        tickets=len(cases.breaches),
        seed=SEED,
        metrics=judged.get("model", {}),
        baseline_metrics=judged.get("baselines", {}),
        warnings=tuple(warnings),
        artefact=dump_model(model) if served else None,
    )
    return heed_inputs(training, _judge_risk_inputs(model, cases)) if served else training


def fit_risk_until(cases: Cases, cut: pd.Timestamp) -> RiskModel:
    return fit_risk(
        cases.log,
        cases.breaches,
        cut=cut,
        resting=RESTING,
        learn_from=newest_since(cases.log.until(cut), _NEWEST_FOR_RISK),
        seed=SEED,
    )


def judge_risk(model: RiskModel, cases: Cases, *, since: pd.Timestamp) -> dict[str, Any]:
    """Figures on open tickets that came after the model: its own, those of the rates and of the rules."""
    log = cases.log
    outcomes = cases.breaches.reindex(log.rows["ticket"]).set_axis(log.rows.index)
    later = (log.rows["opened_at"] >= since) & (log.rows["at"] < outcomes["known_at"])
    breached = outcomes.loc[later, "breached"].to_numpy(dtype=np.float64)
    if model.fallback or not 0 < breached.sum() < len(breached):
        return {}
    rows = log.rows[later]
    features = build_features(log, cases.breaches, model.vocabulary).loc[rows.index]
    risk = predict_risk(model, log, features)
    of_model = score(breached, risk["probability"].to_numpy())
    of_rates = score(breached, model.baseline.predict(rows))
    rules_auc = score(breached, rule_score(log)[later.to_numpy()] / 100).auc
    warned = at_thresholds(breached, risk["probability"].to_numpy(), LEVELS)
    figures: dict[str, Any] = {
        "model": {
            **asdict(of_model),
            "set_coverage": float(holds(risk, breached).mean()),
            "reliability": reliability(breached, risk["probability"].to_numpy()).to_dict("records"),
            "thresholds": {
                f"{level:.2f}": {name: _number(value) for name, value in row.items()}
                for level, row in warned.iterrows()
            },
        },
        "baselines": {"priority_rates": asdict(of_rates), "rules": {"auc": rules_auc}},
    }
    if not beats(of_model, of_rates, rules_auc):
        figures["warnings"] = ("The model told no more of the last two months than rates and rules do.",)
    return figures


def _judge_risk_inputs(model: RiskModel, cases: Cases) -> Verdict:
    log, rows = cases.log, cases.log.rows
    known_at = rows["ticket"].map(cases.breaches["known_at"])
    recent = (
        (rows["at"] > cases.as_of - pd.Timedelta(days=RECENT_DAYS))
        & ~(known_at <= rows["at"])
        & ~rows["status"].isin(OVER)
        & rows["target_hours"].notna()
        & (rows.groupby("ticket", sort=False).cumcount() < LAST_POSITION)
    )
    features = build_features(log, cases.breaches, model.vocabulary)
    inputs = watched_inputs(rows, features, model.columns, model.vocabulary).assign(ticket=rows["ticket"])
    return judge_inputs(model.shapes, inputs[recent], inputs.loc[waiting_for_sla(cases).index])


def train_time(cases: Cases) -> Training:
    log = open_events(cases.log)
    since = newest_since(log, _NEWEST_FOR_TIME)
    log = EventLog(log.rows[log.rows["opened_at"] >= since], log.attributes, log.numbers)
    ends = cases.ends[cases.ends.index.isin(log.rows["ticket"])]
    model = fit_resolution_time(log, ends, as_of=cases.as_of, seed=SEED)
    quality = dict(model.quality)
    training = Training(
        kind="resolution_time",
        model_version=TIME_VERSION,
        data_from=first_event(log),
        data_to=cases.as_of,
        tickets=int(ends["ended_at"].notna().sum()),
        seed=SEED,
        metrics={name: value for name, value in quality.items() if not name.startswith("baseline_")},
        baseline_metrics={
            name.removeprefix("baseline_"): value
            for name, value in quality.items()
            if name.startswith("baseline_")
        },
        warnings=model.warnings,
        artefact=None if model.fallback else dump_model(model),
    )
    return training if model.fallback else heed_inputs(training, _judge_time_inputs(model, log, ends, cases))


def _judge_time_inputs(model: ResolutionModel, log: EventLog, ends: pd.DataFrame, cases: Cases) -> Verdict:
    prefixes = build_prefixes(log, ends)
    (since,) = days(pd.Series([cases.as_of - pd.Timedelta(days=RECENT_DAYS)]))
    recent = prefixes[(prefixes["at"] > since) & (prefixes["at"] < prefixes["known"])]
    is_open = log.rows["ticket"].isin(cases.open_tickets)
    waiting = EventLog(log.rows[is_open], log.attributes, log.numbers)
    return judge_inputs(model.shapes, recent, last_prefixes(waiting, as_of=cases.as_of))


def open_events(log: EventLog) -> EventLog:
    """The events after which the ticket was still open: of others there is nothing left to foretell."""
    rows = log.rows[~log.rows["status"].isin(OVER)].reset_index(drop=True)
    return EventLog(rows, log.attributes, log.numbers)


def first_event(log: EventLog) -> pd.Timestamp | None:
    return log.rows["at"].min() if len(log.rows) else None


def newest_since(log: EventLog, count: int) -> pd.Timestamp:
    """When the oldest of so many tickets that were opened last was."""
    opened = log.rows.drop_duplicates("ticket")["opened_at"].nlargest(count)
    return opened.min() if len(opened) else pd.Timestamp.min


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
