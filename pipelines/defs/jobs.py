import dagster as dg

from pipelines.defs.publication.failures import record_failure
from pipelines.defs.warehouse.build import REBUILD_TAG

_TRAINING = dg.AssetSelection.groups("ticket_volume", "ticket_models")
_SCORING = dg.AssetSelection.groups("ticket_predictions")
_REBUILD = dg.AssetSelection.assets(["serving", "rebuild_comparisons"])
_BACKFILL = dg.AssetSelection.assets(["serving", "backfills"])
_EVERYTHING = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
# An asset's selection holds its checks as well.
_PUBLISHED = _EVERYTHING - _REBUILD - _BACKFILL

publish_job = dg.define_asset_job(
    "publish",
    selection=_PUBLISHED - _TRAINING - _SCORING,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="Builds, checks and publishes with the forecasts there are.",
)

score_job = dg.define_asset_job(
    "score_and_publish",
    selection=_PUBLISHED - _TRAINING,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="The same, and asks the models that are served of every open ticket.",
)

train_job = dg.define_asset_job(
    "train_and_publish",
    selection=_PUBLISHED,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="The same, with new forecasts and models.",
)

rebuild_job = dg.define_asset_job(
    "rebuild_and_publish",
    selection=_EVERYTHING - _TRAINING - _SCORING - _BACKFILL,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    tags={REBUILD_TAG: "true"},
    description="Builds everything from the first event, compares it with what increments made, publishes.",
)

backfill_job = dg.define_asset_job(
    "backfill",
    selection=_BACKFILL,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="Builds the days of its partitions anew, a week at a time; a publication follows it.",
)
