"""Build again what a changed definition touches, and publish it, as the pipeline would.

Run by the laboratory in a process of its own; ends with 0 when published, 1 when a test of dbt or a
constraint of the published tables refuses, 2 when what was changed is no SQL that runs.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus

from pipelines.defs.publication.publish import publish
from pipelines.defs.warehouse.build import build_arguments
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.settings import PipelineSettings

PUBLISHED, REFUSED, BROKEN = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Build what differs from the manifest in the folder named, and all that follows from it."""
    (before,) = map(Path, arguments)
    asked = [*build_arguments(["state:modified+"]), "--state", str(before), "--full-refresh"]
    result = Dbt(PipelineSettings()).invoke(asked, project_manifest())
    results = list(getattr(result.result, "results", ()))
    failed = [each.node.name for each in results if each.status == NodeStatus.Fail]
    models = [each for each in results if each.node.resource_type == NodeType.Model]
    if failed:
        sys.stdout.write(failed[0])
        return REFUSED
    if not result.success or not models:
        faults = [str(each.message) for each in results if each.status == NodeStatus.Error]
        sys.stdout.write("; ".join(faults) or f"nothing was built: {result.exception}")
        return BROKEN
    return _publish()


def _publish() -> int:
    try:
        with psycopg.connect(PipelineSettings().database_url) as connection:
            publish(connection, run_id="mutant", code_version="mutant", check_results={}, compare_all=True)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        sys.stdout.write(str(error).splitlines()[0])
        return REFUSED
    return PUBLISHED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
