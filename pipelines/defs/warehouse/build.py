"""Running one part of the dbt project and telling Dagster what came of it."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunnerResult

from pipelines.defs.operations.assets import SCHEMA as OPERATIONAL
from pipelines.defs.warehouse.failing_rows import read_failing_rows
from pipelines.defs.warehouse.time_spent import add_time_spent
from pipelines.metadata.facts import Facts, Metadata, look_at
from pipelines.quality.asset_checks import ACCEPT_CHANGE_TAG
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.resources.passing_faults import passes_by_itself
from pipelines.resources.postgres import Postgres
from pipelines.settings import PipelineSettings

# Tables that are made anew from the first day that changed on, and all that is made of them. None of them
# reads the operational tables, which a test holds.
KEPT_FROM_BUILD_TO_BUILD = "int_changes__first_day+"
# A run with this tag makes everything else anew, too.
REBUILD_TAG = "sluice/rebuild"

_UNIQUE_ID = "dagster_dbt/unique_id"
_FAULTS = frozenset({NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr})
# What came of it is in the result: a file per node would only cost time. Unit tests are left to the test
# suite: they do not depend on the data.
_QUIETLY = ("--no-write-json", "--exclude-resource-type", "unit_test")

BuildEvent = dg.MaterializeResult | dg.AssetCheckResult


def build_arguments(selection: Sequence[str], *, exclude: Sequence[str] = ()) -> list[str]:
    """Arguments of a build and its data tests."""
    arguments = ["build", *_QUIETLY, "--select", *selection]
    return [*arguments, "--exclude", *exclude] if exclude else arguments


def build(
    context: dg.AssetExecutionContext, selection: Sequence[str], *, exclude: Sequence[str] = ()
) -> Iterator[BuildEvent]:
    """Build and test the selection, yield each model and test, fail with the first faults in one sentence."""
    if context.is_subset:
        selection = [key.path[-1] for key in context.selected_asset_keys]
    for arguments in _passes(context, selection, exclude):
        result = _invoke(arguments)
        results: Sequence[RunResult] = getattr(result.result, "results", ())
        add_time_spent(context, results)
        yield from _events(context, results)
        _refuse_faults(result)


def run_dbt(arguments: Sequence[str]) -> None:
    """Run dbt for what it leaves in the database; fail with the first faults in one sentence."""
    command, *options = arguments
    quietly = _QUIETLY if command == "build" else _QUIETLY[:1]
    _refuse_faults(_invoke([command, *quietly, *options]))


def _invoke(arguments: Sequence[str]) -> dbtRunnerResult:
    return Dbt(PipelineSettings()).invoke(arguments, project_manifest())


def _passes(
    context: dg.AssetExecutionContext, selection: Sequence[str], exclude: Sequence[str]
) -> Iterator[list[str]]:
    """A rebuild leaves what is kept to an increment, which is then held to a rebuild of it."""
    if REBUILD_TAG in context.run.tags:
        kept = [f"{selected},{KEPT_FROM_BUILD_TO_BUILD}" for selected in selection]
        yield [*build_arguments(selection, exclude=[*exclude, KEPT_FROM_BUILD_TO_BUILD]), "--full-refresh"]
        yield build_arguments(kept, exclude=exclude)
        return
    arguments = build_arguments(selection, exclude=exclude)
    yield [*arguments, "--full-refresh"] if ACCEPT_CHANGE_TAG in context.run.tags else arguments


def _refuse_faults(result: dbtRunnerResult) -> None:
    if result.success:
        return
    if isinstance(result.exception, KeyboardInterrupt | dg.DagsterExecutionInterruptedError):
        # Whoever asked the run to end is not told that dbt is broken.
        raise result.exception
    results: Sequence[RunResult] = getattr(result.result, "results", ())
    faults = [_sentence(each) for each in results if each.status in _FAULTS]
    faults = faults or [f"dbt could not build: {result.exception}"]
    raise dg.Failure("; ".join(faults[:3]), allow_retries=passes_by_itself(faults))


def _events(context: dg.AssetExecutionContext, results: Sequence[RunResult]) -> Iterator[BuildEvent]:
    specs = {spec.metadata.get(_UNIQUE_ID): spec for spec in context.assets_def.specs}
    built = [specs[each.node.unique_id] for each in results if _is_built(each)]
    facts = _look_at(context, built)
    checks = {spec.metadata.get(_UNIQUE_ID): spec for spec in context.assets_def.check_specs}
    for each in results:
        unique_id = each.node.unique_id
        if _is_built(each):
            key = specs[unique_id].key
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(each, facts, key))
        elif unique_id in checks and each.status != NodeStatus.Skipped:
            check = checks[unique_id]
            yield dg.AssetCheckResult(
                passed=each.status == NodeStatus.Pass,
                asset_key=check.asset_key,
                check_name=check.name,
                description=None if each.status == NodeStatus.Pass else _sentence(each),
                metadata=_check_metadata(each),
            )


def _check_metadata(result: RunResult) -> dict[str, Any]:
    metadata: dict[str, Any] = {"failing_rows": result.failures or 0}
    if result.failures:
        metadata["examples"] = dg.MetadataValue.json(read_failing_rows(result.node.compiled_code))
    return metadata


def _is_built(result: RunResult) -> bool:
    return result.node.resource_type == NodeType.Model and result.status == NodeStatus.Success


def _look_at(context: dg.AssetExecutionContext, built: Sequence[dg.AssetSpec]) -> Facts:
    """Ask the database about what was built, and note what it says of the operational tables behind it."""
    read = {dep.asset_key for spec in built for dep in spec.deps if dep.asset_key.path[0] == OPERATIONAL}
    postgres = Postgres(database_url=PipelineSettings().database_url)
    facts = look_at(postgres, [*(spec.key for spec in built), *read], columns_of=read)
    for key in sorted(read):
        context.log_event(dg.AssetObservation(key, metadata=facts.describe(key)))
    return facts


def _metadata(result: RunResult, facts: Facts, key: dg.AssetKey) -> Metadata:
    seconds = {"seconds": round(result.execution_time, 3)}
    written = result.adapter_response.get("rows_affected", -1)
    if written < 0:
        return {**seconds, **facts.describe(key)}
    # What an increment writes are not the rows of its table.
    if result.node.config.materialized == "incremental":
        return {**seconds, "rows_written": written, **facts.describe(key)}
    return {**seconds, **facts.describe(key, written)}


def _sentence(result: RunResult) -> str:
    message = " ".join(str(result.message).split())
    return f"{result.node.name}: {message}"
