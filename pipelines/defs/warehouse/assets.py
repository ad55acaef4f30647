from collections.abc import Iterator
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from pipelines.defs.warehouse.build import BuildEvent, build
from pipelines.defs.warehouse.translator import WarehouseTranslator
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.dbt import project_manifest
from pipelines.resources.interrupts import ending_when_asked
from pipelines.resources.passing_faults import FROM_THE_START

# Whatever reads a forecast is built after the forecasts, the rest before them.
_AFTER_PREDICTIONS = "source:ml+"


@cache
def _manifest() -> dict[str, Any]:
    written: dict[str, Any] = project_manifest().writable_manifest().to_dict(omit_none=False)
    return written


@dbt_assets(
    manifest=_manifest(),
    exclude=_AFTER_PREDICTIONS,
    name="warehouse",
    dagster_dbt_translator=WarehouseTranslator(),
    retry_policy=FROM_THE_START,
)
def warehouse(context: dg.AssetExecutionContext, build_lock: BuildLock) -> Iterator[BuildEvent]:
    with ending_when_asked():
        build_lock.hold()
        yield from build(context, ["fqn:*"], exclude=[_AFTER_PREDICTIONS])


@dbt_assets(
    manifest=_manifest(),
    select=_AFTER_PREDICTIONS,
    name="predictions",
    dagster_dbt_translator=WarehouseTranslator(),
    retry_policy=FROM_THE_START,
)
def predictions(context: dg.AssetExecutionContext, build_lock: BuildLock) -> Iterator[BuildEvent]:
    with ending_when_asked():
        build_lock.confirm()
        yield from build(context, [_AFTER_PREDICTIONS])
