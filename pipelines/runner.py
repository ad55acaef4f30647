import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import psycopg

from pipelines.defs.backfill.progress import Listener, listening
from pipelines.defs.backfill.sensors import PUBLISHED_BY_CALLER_TAG
from pipelines.defs.publication.assets import PUBLICATIONS
from pipelines.defs.rebuild.assets import COMPARISONS
from pipelines.lost_runs import end_lost_runs
from pipelines.quality.asset_checks import ACCEPT_CHANGE_TAG
from pipelines.resources.interrupts import INTERRUPTED
from pipelines.run_story import root_cause
from pipelines.settings import PipelineSettings

_QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


@dataclass(frozen=True)
class PipelineOutcome:
    """What a run came to; `failures` holds one sentence per thing that stopped it.

    `interrupted` says that it was asked to end; `differences` are those that a rebuild found, one sentence
    per table.
    """

    published: bool
    publication_id: int | None
    data_as_of: datetime | None
    failures: list[str]
    run_id: str = ""
    interrupted: bool = False
    differences: list[str] = field(default_factory=list)


def run_pipeline(*, full_refresh: bool = False, train: bool = True) -> PipelineOutcome:
    """Build, check and publish in this process; recorded in `DAGSTER_HOME`'s instance when that is set.

    Args:
        full_refresh: Make every table anew, compare every published row, and accept volumes and shares
            that differ from those of the last publication.
        train: Make new forecasts, rather than publish with those there are.
    """
    return _execute(
        "train_and_publish" if train else "publish",
        tags={ACCEPT_CHANGE_TAG: "true"} if full_refresh else {},
        ops={"publication": {"config": {"compare_all": full_refresh}}},
    )


def run_rebuild() -> PipelineOutcome:
    """Build everything from the first event, compare it with what increments made, and publish it."""
    return _execute("rebuild_and_publish")


def run_backfill(first: date, last: date, listener: Listener | None = None) -> PipelineOutcome:
    """Build the days from `first` to `last` anew, then publish; one that was ended goes on where it was.

    Args:
        first: The first day.
        last: The last day, included.
        listener: Told of each step: days that are done, and how many there are.
    """
    with listening(listener):
        built = _execute(
            "backfill",
            tags={
                "dagster/asset_partition_range_start": first.isoformat(),
                "dagster/asset_partition_range_end": last.isoformat(),
                PUBLISHED_BY_CALLER_TAG: "true",
            },
        )
    return built if built.failures or built.interrupted else run_pipeline(train=False)


def _execute(
    job_name: str, *, tags: dict[str, str] | None = None, ops: dict[str, Any] | None = None
) -> PipelineOutcome:
    _heed_interrupts()
    from pipelines.definitions import defs  # noqa: PLC0415 - parses the dbt project, seconds that --help can do without

    job = defs.resolve_job_def(job_name)
    with _instance() as instance:
        with psycopg.connect(PipelineSettings().database_url) as connection:
            end_lost_runs(instance, connection)
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags=tags or {},
            run_config={"loggers": _QUIET, "ops": ops or {}},
        )
    return _outcome(result)


def _heed_interrupts() -> None:
    """A shell ignores SIGINT for what it runs in the background, and Dagster does to SIGTERM what SIGINT has.

    The run, and whatever this process starts after it, could not be asked to end.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _instance() -> Iterator[dg.DagsterInstance]:
    kept = bool(os.environ.get("DAGSTER_HOME"))
    with dg.DagsterInstance.get() if kept else dg.DagsterInstance.ephemeral() as instance:
        yield instance


def _outcome(result: dg.ExecuteInProcessResult) -> PipelineOutcome:
    # A step that failed after the publication left one behind that stands.
    failures = [] if result.success else _failures(result)
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        if materialization.asset_key == PUBLICATIONS:
            metadata = materialization.metadata
            seconds = float(metadata["data_as_of"].value)  # type: ignore[arg-type] # ours, written as a timestamp
            return PipelineOutcome(
                published=True,
                publication_id=int(metadata["publication_id"].value),  # type: ignore[arg-type] # ours, an integer
                data_as_of=datetime.fromtimestamp(seconds, tz=UTC),
                failures=failures,
                run_id=result.run_id,
                differences=_differences(result),
            )
    return PipelineOutcome(
        published=False,
        publication_id=None,
        data_as_of=None,
        failures=failures,
        run_id=result.run_id,
        interrupted=INTERRUPTED in failures or any(map(_is_interruption, result.all_events)),
    )


def _is_interruption(event: dg.DagsterEvent) -> bool:
    # Where no step was at work that makes a sentence of it, Dagster tells it by its reason.
    reason = event.job_failure_data.failure_reason if event.is_job_failure else None
    return reason is not None and reason.value == "UNEXPECTED_TERMINATION"


def _differences(result: dg.ExecuteInProcessResult) -> list[str]:
    return [
        sentence
        for evaluation in result.get_asset_check_evaluations()
        if evaluation.asset_key == COMPARISONS and evaluation.description
        for sentence in evaluation.description.split("; ")
    ]


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    unmet = [
        f"{evaluation.asset_key.to_user_string()}: {evaluation.description}"
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed
        and evaluation.severity is dg.AssetCheckSeverity.ERROR
        and evaluation.description
    ]
    steps = [_reason(event) for event in result.all_events if event.is_step_failure]
    return unmet or steps or [root_cause(event) for event in result.all_events if event.is_run_failure]


def _reason(event: dg.DagsterEvent) -> str:
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    return root_cause(event) or f"The step {event.step_key} failed without saying why."
