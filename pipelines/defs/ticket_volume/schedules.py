import dagster as dg

from pipelines.defs.jobs import train_job

nightly_training = dg.ScheduleDefinition(
    name="nightly_training",
    job=train_job,
    cron_schedule="30 0 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Forecasts anew when the day before is complete.",
)
