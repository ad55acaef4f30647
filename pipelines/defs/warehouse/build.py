"""Running one part of the dbt project and telling Dagster what came of it."""

from collections.abc import Iterator, Sequence

import dagster as dg
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus
from dbt.artifacts.schemas.run import RunResult

from pipelines.quality.asset_checks import ACCEPT_CHANGE_TAG
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.settings import PipelineSettings

_UNIQUE_ID = "dagster_dbt/unique_id"
_FAULTS = frozenset({NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr})

BuildEvent = dg.MaterializeResult | dg.AssetCheckResult


def build_arguments(selection: Sequence[str], *, exclude: Sequence[str] = ()) -> list[str]:
    """Arguments of a build whose unit tests are left to the test suite: they do not depend on the data."""
    # What came of it is in the result: a file per node would only cost time.
    arguments = ["build", "--no-write-json", "--exclude-resource-type", "unit_test", "--select", *selection]
    return [*arguments, "--exclude", *exclude] if exclude else arguments


def build(
    context: dg.AssetExecutionContext, selection: Sequence[str], *, exclude: Sequence[str] = ()
) -> Iterator[BuildEvent]:
    """Build and test the selection, yield each model and test, fail with the first faults in one sentence."""
    if context.is_subset:
        selection = [key.path[-1] for key in context.selected_asset_keys]
    arguments = build_arguments(selection, exclude=exclude)
    if ACCEPT_CHANGE_TAG in context.run.tags:
        arguments.append("--full-refresh")
    result = Dbt(PipelineSettings()).invoke(arguments, project_manifest())
    results: Sequence[RunResult] = getattr(result.result, "results", ())
    yield from _events(context, results)
    if not result.success:
        faults = [_sentence(each) for each in results if each.status in _FAULTS]
        raise dg.Failure("; ".join(faults[:3]) or f"dbt could not build: {result.exception}")


def _events(context: dg.AssetExecutionContext, results: Sequence[RunResult]) -> Iterator[BuildEvent]:
    specs = {spec.metadata.get(_UNIQUE_ID): spec for spec in context.assets_def.specs}
    checks = {spec.metadata.get(_UNIQUE_ID): spec for spec in context.assets_def.check_specs}
    for each in results:
        unique_id = each.node.unique_id
        if each.node.resource_type == NodeType.Model and each.status == NodeStatus.Success:
            yield dg.MaterializeResult(asset_key=specs[unique_id].key, metadata=_metadata(each))
        elif unique_id in checks and each.status != NodeStatus.Skipped:
            check = checks[unique_id]
            yield dg.AssetCheckResult(
                passed=each.status == NodeStatus.Pass,
                asset_key=check.asset_key,
                check_name=check.name,
                metadata={"failing_rows": each.failures or 0},
            )


def _metadata(result: RunResult) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {
        "seconds": dg.MetadataValue.float(round(result.execution_time, 3))
    }
    rows = result.adapter_response.get("rows_affected", -1)
    if rows >= 0:
        metadata["dagster/row_count"] = dg.MetadataValue.int(rows)
    return metadata


def _sentence(result: RunResult) -> str:
    message = " ".join(str(result.message).split())
    return f"{result.node.name}: {message}"
