import dagster as dg

from pipelines.defs.jobs import backfill_job, publish_job

# A run with this tag is published by whoever started it.
PUBLISHED_BY_CALLER_TAG = "sluice/published_by_caller"


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[backfill_job],
    request_job=publish_job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes what a backfill has built.",
)
def publish_after_backfill(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    if PUBLISHED_BY_CALLER_TAG in context.dagster_run.tags:
        return dg.SkipReason("Whoever started the backfill publishes it.")
    return dg.RunRequest(run_key=f"backfill-{context.dagster_run.run_id}")
