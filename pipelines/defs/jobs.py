import dagster as dg

from pipelines.defs.publication.failures import record_failure

_TRAINING = dg.AssetSelection.groups("ticket_volume", "ticket_models")
_SCORING = dg.AssetSelection.groups("ticket_predictions")
_EVERYTHING = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()

publish_job = dg.define_asset_job(
    "publish",
    selection=_EVERYTHING - _TRAINING - _SCORING,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="Builds, checks and publishes with the forecasts there are.",
)

score_job = dg.define_asset_job(
    "score_and_publish",
    selection=_EVERYTHING - _TRAINING,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="The same, and asks the models that are served of every open ticket.",
)

train_job = dg.define_asset_job(
    "train_and_publish",
    selection=_EVERYTHING,
    executor_def=dg.in_process_executor,
    hooks={record_failure},
    description="The same, with new forecasts and models.",
)
