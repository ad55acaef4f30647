import dagster as dg

from pipelines.defs.jobs import backfill_job, publish_job, rebuild_job, score_job, train_job
from pipelines.lost_runs import end_lost_runs
from pipelines.resources.postgres import Postgres

_NEWS = """
    with published as (
        select coalesce(
            (
                select publications.watermark
                from serving.current_publication
                inner join serving.publications using (publication_id)
            ),
            '0'::xid8
        ) as watermark
    )

    select max(event.tx_id)::text || '-' || count(*)
    from published
    cross join lateral (
        select tx_id from ops.task_event where tx_id >= published.watermark
        union all
        select tx_id from ops.task_item_event where tx_id >= published.watermark
        union all
        select tx_id from ops.ticket_event where tx_id >= published.watermark
    ) as event
"""
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def unpublished_events(postgres: Postgres) -> str | None:
    """Name the events that no publication is sure to hold; None when there are none.

    The name changes with every event that arrives, also with one of an older transaction that
    committed late.
    """
    with postgres.transaction() as connection:
        row = connection.execute(_NEWS).fetchone()
    return row[0] if row else None


@dg.sensor(
    job=publish_job,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes when events have arrived that the current publication does not hold.",
)
def publish_on_news(context: dg.SensorEvaluationContext, postgres: Postgres) -> dg.RunRequest | dg.SkipReason:
    with postgres.transaction() as connection:
        end_lost_runs(context.instance, connection)
    for job in (publish_job, score_job, train_job, rebuild_job, backfill_job):
        unfinished = dg.RunsFilter(job_name=job.name, statuses=_UNFINISHED)
        if context.instance.get_runs_count(unfinished):
            return dg.SkipReason("A run is building already; what it misses starts the next one.")
    events = unpublished_events(postgres)
    if events is None:
        return dg.SkipReason("Every event is published.")
    # Keyed by the events: a run that the gate stopped is tried again when something new has arrived.
    return dg.RunRequest(run_key=f"events-{events}")
