"""Trainings of models of single tickets, and the decisions which of them is served."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from pipelines.defs.ticket_models.registry import decide, read_artefact, read_decision
from sluice.errors import SluiceError

_TRAININGS = """
with newest as (
    select distinct on (kind) kind, model_run_id from ml.model_promotion order by kind, promotion_id desc
)
select
    run.model_run_id, run.kind, run.model_version, run.code_version, run.trained_at,
    run.data_from, run.data_to, run.tickets, run.seed,
    run.metrics, run.baseline_metrics, run.fallback, run.warnings,
    run.model_run_id is not distinct from newest.model_run_id as is_served
from ml.model_run as run left join newest using (kind)
where %(run_id)s::bigint is null or run.model_run_id = %(run_id)s
order by run.model_run_id desc
limit %(limit)s
"""
# Served before what is served now, with its artefact still at hand, the latest first.
_BEFORE = """
select promotion.model_run_id
from ml.model_promotion as promotion
inner join ml.model_artefact using (model_run_id)
where promotion.kind = %(kind)s and promotion.model_run_id is distinct from %(served)s::bigint
order by promotion.promotion_id desc
limit 1
"""


class NoSuchTrainingError(SluiceError):
    """A training that cannot be served: it is not there, beats nothing, or its artefact is gone."""


@dataclass(frozen=True, slots=True)
class TrainingRow:
    model_run_id: int
    kind: str
    model_version: str
    code_version: str
    trained_at: datetime
    data_from: datetime | None
    data_to: datetime
    tickets: int
    seed: int
    metrics: dict[str, Any]
    baseline_metrics: dict[str, Any]
    fallback: bool
    warnings: list[str]
    is_served: bool


def list_trainings(url: str, limit: int) -> list[TrainingRow]:
    """The newest trainings, newest first."""
    with psycopg.connect(url) as connection:
        return _read(connection, run_id=None, limit=limit)


def find_training(url: str, run_id: int) -> TrainingRow:
    """Raises `NoSuchTrainingError` where there is none of this number."""
    with psycopg.connect(url) as connection:
        return _find(connection, run_id)


def promote(url: str, run_id: int, *, by: str, reason: str) -> TrainingRow:
    """Serve this training from the next publication on, until a newer one beats its baseline.

    Raises:
        NoSuchTrainingError: There is no such training, or nothing of it that could be served.
    """
    with psycopg.connect(url) as connection:
        training = _find(connection, run_id)
        if read_artefact(connection, run_id) is None:
            lacks = "beat no baseline" if training.fallback else "is so old that its artefact is gone"
            raise NoSuchTrainingError(f"training T{run_id} cannot be served: it {lacks}")
        decide(connection, training.kind, run_id, by=by, reason=reason)
        return training


def roll_back(url: str, kind: str, *, by: str, reason: str, to_baseline: bool) -> int | None:
    """Serve what was served before, or nothing, until somebody promotes another training.

    Raises:
        NoSuchTrainingError: Nothing else was served before.
    """
    with psycopg.connect(url) as connection:
        if to_baseline:
            earlier = None
        else:
            served = read_decision(connection, kind).model_run_id
            row = connection.execute(_BEFORE, {"kind": kind, "served": served}).fetchone()
            if row is None:
                message = f"no other training of {kind} was served before: use --to-baseline to serve none"
                raise NoSuchTrainingError(message)
            earlier = row[0]
        decide(connection, kind, earlier, by=by, reason=reason, hold=True)
        return earlier


def _find(connection: psycopg.Connection, run_id: int) -> TrainingRow:
    found = _read(connection, run_id=run_id, limit=1)
    if not found:
        raise NoSuchTrainingError(f"no training has the number T{run_id}: see sluice model list")
    return found[0]


def _read(connection: psycopg.Connection, *, run_id: int | None, limit: int) -> list[TrainingRow]:
    with connection.cursor(row_factory=class_row(TrainingRow)) as cursor:
        return cursor.execute(_TRAININGS, {"run_id": run_id, "limit": limit}).fetchall()
