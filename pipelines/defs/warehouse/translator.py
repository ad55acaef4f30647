from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject


class WarehouseTranslator(DagsterDbtTranslator):
    """Names an asset after its relation, and tells a view from a table; groups are in `dbt_project.yml`."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        made_as = self.get_resource_props(manifest, unique_id)["config"].get("materialized", "table")
        return spec.merge_attributes(kinds={"view" if made_as.endswith("view") else "table"})

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - dagster's signature
        return ["team:analytics"]
