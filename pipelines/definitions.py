import dagster as dg

from pipelines import defs as concerns
from pipelines.defs.backfill.sensors import publish_after_backfill
from pipelines.defs.jobs import backfill_job, publish_job, rebuild_job, score_job, train_job
from pipelines.defs.operations.assets import OPERATIONAL_TABLES
from pipelines.defs.publication.sensors import publish_on_news
from pipelines.defs.rebuild.schedules import weekly_rebuild
from pipelines.defs.ticket_models.schedules import hourly_scoring
from pipelines.defs.ticket_volume.checks import (
    ledger_is_as_it_was_sealed,
    served_forecast_is_as_it_was_sealed,
)
from pipelines.defs.ticket_volume.schedules import nightly_training
from pipelines.freshness import with_freshness
from pipelines.quality.asset_checks import GATE_CHECKS
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.postgres import Postgres

_DATABASE_URL = dg.EnvVar("SLUICE_DATABASE_URL")
_MADE_BY_RUNS = [
    asset for asset in dg.load_assets_from_package_module(concerns) if isinstance(asset, dg.AssetsDefinition)
]

defs = dg.Definitions(
    assets=[*OPERATIONAL_TABLES, *dg.map_asset_specs(with_freshness, _MADE_BY_RUNS)],
    asset_checks=[*GATE_CHECKS, ledger_is_as_it_was_sealed, served_forecast_is_as_it_was_sealed],
    jobs=[publish_job, score_job, train_job, rebuild_job, backfill_job],
    sensors=[publish_on_news, publish_after_backfill],
    schedules=[nightly_training, hourly_scoring, weekly_rebuild],
    resources={
        "postgres": Postgres(database_url=_DATABASE_URL),
        "build_lock": BuildLock(database_url=_DATABASE_URL),
    },
    executor=dg.in_process_executor,
)
