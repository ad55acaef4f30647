import dagster as dg

from pipelines.defs.jobs import rebuild_job

weekly_rebuild = dg.ScheduleDefinition(
    name="weekly_rebuild",
    job=rebuild_job,
    cron_schedule="15 3 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Builds everything from the first event and compares it with what increments have published.",
)
