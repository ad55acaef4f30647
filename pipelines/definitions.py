import dagster as dg

from pipelines import defs as concerns
from pipelines.quality.asset_checks import GATE_CHECKS
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.postgres import Postgres
from pipelines.settings import PipelineSettings

defs = dg.Definitions.merge(
    dg.load_definitions_from_package_module(concerns),
    dg.Definitions(
        asset_checks=GATE_CHECKS,
        resources={
            "postgres": Postgres(database_url=PipelineSettings().database_url),
            "build_lock": BuildLock(database_url=PipelineSettings().database_url),
        },
        executor=dg.in_process_executor,
    ),
)
