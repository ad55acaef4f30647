"""The operational tables that the pipeline reads; the services write them, no run does."""

from collections.abc import Iterator

import dagster as dg

from pipelines.resources.dbt import project_manifest

SCHEMA = "ops"


def _specs() -> Iterator[dg.AssetSpec]:
    for source in project_manifest().sources.values():
        if source.schema == SCHEMA:
            yield dg.AssetSpec(
                [SCHEMA, source.name],
                description=source.description,
                group_name="operations",
                owners=["team:operations"],
                kinds={"postgres", "table"},
            )


OPERATIONAL_TABLES = [*_specs()]
