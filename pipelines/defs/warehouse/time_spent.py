"""How long dbt's nodes ran, kept with the run: `sluice pipeline explain` tells it."""

from collections.abc import Sequence
from datetime import datetime

import dagster as dg
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.run import RunResult

MODELS_TAG = "sluice/seconds_of_models"
TESTS_TAG = "sluice/seconds_of_dbt_tests"


def add_time_spent(context: dg.AssetExecutionContext, results: Sequence[RunResult]) -> None:
    """Add to the run's tags the seconds in which at least one model, or one data test alone, was running."""
    models = _stretches([each for each in results if each.node.resource_type == NodeType.Model])
    everything = _stretches(results)
    tags = context.instance.get_run_by_id(context.run_id)
    before = tags.tags if tags else {}
    of_models = _covered(models)
    spent = {MODELS_TAG: of_models, TESTS_TAG: _covered(everything) - of_models}
    context.instance.add_run_tags(
        context.run_id,
        {name: f"{float(before.get(name, 0)) + seconds:.3f}" for name, seconds in spent.items()},
    )


def _stretches(results: Sequence[RunResult]) -> list[tuple[datetime, datetime]]:
    return sorted(
        (timing.started_at, timing.completed_at)
        for each in results
        for timing in each.timing
        if timing.name == "execute" and timing.started_at and timing.completed_at
    )


def _covered(stretches: Sequence[tuple[datetime, datetime]]) -> float:
    """Seconds that the stretches cover, those of several threads at once counted once."""
    seconds, reached = 0.0, None
    for started, completed in stretches:
        begun = started if reached is None else max(started, reached)
        if completed > begun:
            seconds += (completed - begun).total_seconds()
            reached = completed
    return seconds
