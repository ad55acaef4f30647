"""What Dagster's event log says of a run: how it ended, what stopped it, and where its time went."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import psycopg

from pipelines.defs.warehouse.time_spent import MODELS_TAG, TESTS_TAG
from pipelines.lost_runs import is_lost
from pipelines.quality.gates import Stage

_DBT_STEPS = frozenset({"warehouse", "predictions"})
_SQL_STEPS = {"publication": "copying to serving", "serving__rebuild_comparisons": "rebuild and comparison"}
_BACKFILL_STEP = "serving__backfills"


@dataclass(frozen=True)
class UnmetCheck:
    """A check that did not pass; `examples` are rows that it found, as far as it kept some."""

    asset: str
    check: str
    blocks: bool
    said: str | None
    examples: list[Any]


@dataclass(frozen=True)
class RunStory:
    """One run as it was recorded; `seconds` tells what its time was spent on, the whole of it in all."""

    run_id: str
    job_name: str
    status: str
    started_at: datetime | None
    ended_at: datetime | None
    failed_steps: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unmet: list[UnmetCheck] = field(default_factory=list)
    retries: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    partitions: tuple[str, str] | None = None


def newest_run_id(instance: dg.DagsterInstance) -> str | None:
    records = instance.get_run_records(limit=1)
    return records[0].dagster_run.run_id if records else None


def find_run_ids(instance: dg.DagsterInstance, beginning: str) -> list[str]:
    """Ids of the newest runs that begin so."""
    ids = (run.run_id for run in instance.get_runs(limit=10_000))
    return [run_id for run_id in ids if run_id.startswith(beginning)]


def read_run_story(
    instance: dg.DagsterInstance, connection: psycopg.Connection, run_id: str
) -> RunStory | None:
    """Tell the story of a run; None where Dagster's storage does not know it."""
    record = instance.get_run_record_by_id(run_id)
    if record is None:
        return None
    run = record.dagster_run
    status = run.status.value.lower()
    if run.status == dg.DagsterRunStatus.STARTED and is_lost(connection, run_id):
        status = "lost"
    events = [entry for entry in instance.all_logs(run_id) if entry.dagster_event]
    return RunStory(
        run_id=run_id,
        job_name=run.job_name,
        status=status,
        started_at=_instant(record.start_time),
        ended_at=_instant(record.end_time),
        failed_steps=[
            entry.dagster_event.step_key or ""
            for entry in events
            if entry.dagster_event and entry.dagster_event.is_step_failure
        ],
        errors=[_error(entry.dagster_event) for entry in events if _is_failure(entry.dagster_event)],
        unmet=_unmet(events),
        retries=sum(
            1 for entry in events if entry.dagster_event and entry.dagster_event.is_step_up_for_retry
        ),
        seconds=_seconds(instance, record),
        partitions=_partitions(run),
    )


def _is_failure(event: dg.DagsterEvent | None) -> bool:
    return event is not None and (event.is_step_failure or event.is_run_failure)


def _error(event: dg.DagsterEvent | None) -> str:
    if event is None:
        return ""
    if event.is_step_failure:
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            return failure.user_failure_data.description
        return root_cause(event)
    return root_cause(event) or " ".join((event.message or "").split())


def root_cause(event: dg.DagsterEvent) -> str:
    """What the innermost error of a step or run that failed says; nothing where there is none."""
    error = (event.step_failure_data if event.is_step_failure else event.job_failure_data).error
    while error and error.cause:
        error = error.cause
    return " ".join(error.message.split()) if error else ""


def _unmet(events: list[dg.EventLogEntry]) -> list[UnmetCheck]:
    """The last word on each check that did not pass."""
    found: dict[tuple[str, str], UnmetCheck] = {}
    for entry in events:
        event = entry.dagster_event
        if event is None or event.event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            continue
        evaluation = event.asset_check_evaluation_data
        key = (evaluation.asset_key.to_user_string(), evaluation.check_name)
        found.pop(key, None)
        if not evaluation.passed:
            found[key] = UnmetCheck(
                *key,
                blocks=evaluation.severity is dg.AssetCheckSeverity.ERROR,
                said=evaluation.description,
                examples=[
                    example
                    for name, value in evaluation.metadata.items()
                    if name.startswith("examples")
                    for example in (value.value if isinstance(value.value, list) else [value.value])
                ],
            )
    return list(found.values())


def _seconds(instance: dg.DagsterInstance, record: dg.RunRecord) -> dict[str, float]:
    if record.start_time is None or record.end_time is None:
        return {}
    run = record.dagster_run
    gates = {f"{stage}_checks" for stage in Stage}
    spent: dict[str, float] = {}
    for step in instance.get_run_step_stats(run.run_id):
        if step.start_time is None or step.end_time is None:
            continue
        what = _what(step.step_key, gates)
        spent[what] = spent.get(what, 0) + step.end_time - step.start_time
    models, tests = (float(run.tags.get(tag, 0)) for tag in (MODELS_TAG, TESTS_TAG))
    if models and "dbt" in spent:
        spent["dbt around its models and tests"] = max(0, spent.pop("dbt") - models - tests)
        spent |= {"models, in the database": models, "dbt tests, in the database": tests}
    spent["Dagster around the steps"] = max(0, record.end_time - record.start_time - sum(spent.values()))
    return {what: round(seconds, 2) for what, seconds in sorted(spent.items(), key=lambda each: -each[1])}


def _what(step_key: str, gates: set[str]) -> str:
    if step_key in _DBT_STEPS:
        return "dbt"
    if step_key == _BACKFILL_STEP:
        return "building days"
    if step_key in _SQL_STEPS:
        return _SQL_STEPS[step_key]
    if step_key in gates:
        return "Great Expectations"
    return "training and scoring"


def _partitions(run: dg.DagsterRun) -> tuple[str, str] | None:
    ends = [run.tags.get(f"dagster/asset_partition_range_{end}") for end in ("start", "end")]
    return (ends[0], ends[1]) if ends[0] and ends[1] else None


def _instant(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, tz=UTC)
