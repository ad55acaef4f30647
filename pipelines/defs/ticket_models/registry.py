"""Trainings of models of single tickets, their artefacts, and which one is served.

Runs and decisions are only ever added. The newest decision of a kind counts; one without a run means that
no model of the kind is served.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

PIPELINE = "pipeline"
KEPT_ARTEFACTS = 14

_RUN = """
    insert into ml.model_run (
        kind, model_version, code_version, data_from, data_to, tickets, seed,
        metrics, baseline_metrics, fallback, warnings
    )
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    returning model_run_id
"""
_ARTEFACT = "insert into ml.model_artefact (model_run_id, content) values (%s, %s)"
_PROMOTION = """
    insert into ml.model_promotion (kind, model_run_id, promoted_by, reason, is_held)
    values (%s, %s, %s, %s, %s)
"""
_DECISION = """
    select model_run_id, is_held from ml.model_promotion
    where kind = %s
    order by promotion_id desc
    limit 1
"""
_CONTENT = "select content from ml.model_artefact where model_run_id = %s"
_PRUNE = """
    delete from ml.model_artefact as artefact
    using ml.model_run as run
    where
        artefact.model_run_id = run.model_run_id
        and run.kind = %(kind)s
        and artefact.model_run_id is distinct from %(served)s
        and artefact.model_run_id not in (
            select newer.model_run_id
            from ml.model_artefact as newer
            inner join ml.model_run using (model_run_id)
            where model_run.kind = %(kind)s
            order by newer.model_run_id desc
            limit %(kept)s
        )
"""


@dataclass(frozen=True)
class Training:
    """What came of one training; `artefact` is None where it must not be served, of which `warnings` tell."""

    kind: str
    model_version: str
    data_from: pd.Timestamp | None
    data_to: pd.Timestamp
    tickets: int
    seed: int
    metrics: Mapping[str, Any]
    baseline_metrics: Mapping[str, Any]
    warnings: tuple[str, ...]
    artefact: bytes | None


@dataclass(frozen=True)
class Decision:
    model_run_id: int | None = None
    is_held: bool = False


def record_training(connection: psycopg.Connection, training: Training) -> int:
    """Keep a training, and serve it if it beats its baseline and nobody went back to another on purpose."""
    row = connection.execute(
        _RUN,
        [
            training.kind,
            training.model_version,
            version("sluice"),
            _aware(training.data_from),
            _aware(training.data_to),
            training.tickets,
            training.seed,
            Jsonb(training.metrics),
            Jsonb(training.baseline_metrics),
            training.artefact is None,
            Jsonb(training.warnings),
        ],
    ).fetchone()
    run_id: int = row[0] if row else 0
    decision = read_decision(connection, training.kind)
    if training.artefact is not None:
        connection.execute(_ARTEFACT, [run_id, training.artefact])
        if not decision.is_held:
            decide(connection, training.kind, run_id, by=PIPELINE, reason="It beats its baseline.")
    elif not decision.is_held and decision.model_run_id is not None:
        decide(connection, training.kind, None, by=PIPELINE, reason=" ".join(training.warnings))
    served = read_decision(connection, training.kind).model_run_id
    connection.execute(_PRUNE, {"kind": training.kind, "served": served, "kept": KEPT_ARTEFACTS})
    return run_id


def decide(
    connection: psycopg.Connection, kind: str, run_id: int | None, *, by: str, reason: str, hold: bool = False
) -> None:
    """Serve this run of the kind, or none, from the next publication on."""
    connection.execute(_PROMOTION, [kind, run_id, by, reason, hold])


def read_decision(connection: psycopg.Connection, kind: str) -> Decision:
    row = connection.execute(_DECISION, [kind]).fetchone()
    return Decision(*row) if row else Decision()


def read_artefact(connection: psycopg.Connection, run_id: int) -> bytes | None:
    row = connection.execute(_CONTENT, [run_id]).fetchone()
    return row[0] if row else None


def _aware(time: pd.Timestamp | None) -> object:
    return None if time is None or pd.isna(time) else time.tz_localize("UTC").to_pydatetime()
