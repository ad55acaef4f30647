from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import RowMapping, select, text

from api.kit.db import Session
from api.pipeline_watch.models import PipelineWatch

_FACTS = text("""
    select
        current.publication_id, current.published_at, current.data_as_of,
        (select max(trained_at) from serving.forecast_series) as trained_at,
        failed.failed_at, failed.job_name, failed.failures ->> 0 as failure,
        rebuild.rebuilt_at, rebuild.differences,
        publication_limit.value as publication_hours, model_limit.value as model_hours
    from ops.insight_threshold as publication_limit
    inner join ops.insight_threshold as model_limit on model_limit.name = 'model_warning_hours'
    left join (
        select publications.*
        from serving.current_publication inner join serving.publications using (publication_id)
    ) as current on true
    left join lateral (
        select * from serving.failed_runs
        where current.published_at is null or failed_runs.failed_at > current.published_at
        order by failed_runs.failed_at desc
        limit 1
    ) as failed on true
    cross join lateral (
        select
            max(compared_at) as rebuilt_at,
            string_agg(
                format('%s (%s rows)', table_name, missing + surplus + changed), ', ' order by table_name
            ) filter (where missing + surplus + changed > 0) as differences
        from serving.rebuild_comparisons
        where run_id = (select run_id from serving.rebuild_comparisons order by compared_at desc limit 1)
    ) as rebuild
    where publication_limit.name = 'publication_warning_hours'
""")


@dataclass(frozen=True, slots=True)
class PipelineFacts:
    """What is published, the newest run that failed since, what a rebuild found, and what age is stale."""

    publication_id: int | None
    published_at: datetime | None
    data_as_of: datetime | None
    trained_at: datetime | None
    failed_at: datetime | None
    job_name: str | None
    failure: str | None
    rebuilt_at: datetime | None
    differences: str | None
    publication_hours: Decimal
    model_hours: Decimal


async def read_facts(session: Session) -> PipelineFacts:
    row: RowMapping = (await session.execute(_FACTS)).mappings().one()
    return PipelineFacts(**row)


async def lock_watches(session: Session) -> Sequence[PipelineWatch]:
    """What was last told, for one transaction at a time."""
    statement = select(PipelineWatch).order_by(PipelineWatch.watched).with_for_update()
    return (await session.scalars(statement)).all()
