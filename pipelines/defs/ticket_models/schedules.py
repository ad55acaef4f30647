import dagster as dg

from pipelines.defs.jobs import score_job

hourly_scoring = dg.ScheduleDefinition(
    name="hourly_scoring",
    job=score_job,
    cron_schedule="40 1-23 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Asks the served models of every open ticket; the nightly training does so too.",
)
