-- Time would be lost or counted twice: the intervals of a ticket must follow one another from its creation
-- to its end, by status and by holder, and add up to it in calendar and in business time.
{{ config(meta={'dagster': {'ref': {'name': 'fct_holding_intervals'}}}) }}

with intervals as (
    select
        'status' as cut_by,
        task_id,
        interval_number,
        started_at,
        ended_at,
        starts_after_seconds,
        interval_seconds,
        interval_business_seconds
    from {{ ref('fct_status_intervals') }}
    union all
    select
        'holder' as cut_by,
        task_id,
        interval_number,
        started_at,
        ended_at,
        starts_after_seconds,
        interval_seconds,
        interval_business_seconds
    from {{ ref('fct_holding_intervals') }}
),

followed as (
    select
        *,
        lead(started_at) over (partition by cut_by, task_id order by interval_number) as next_at
    from intervals
),

added as (
    select
        cut_by,
        task_id,
        sum(interval_seconds) as seconds,
        sum(interval_business_seconds) as business_seconds,
        bool_or(interval_seconds < 0 or interval_business_seconds < 0) as is_negative,
        bool_or(next_at is distinct from ended_at and next_at is not null) as is_torn,
        min(starts_after_seconds) as starts_after_seconds
    from followed
    group by cut_by, task_id
),

cuts as (
    select clocks.*, cut_by
    from {{ ref('int_time__clocks') }} as clocks
    cross join (values ('status'), ('holder')) as kinds (cut_by)
)

select cuts.task_id, cuts.cut_by
from cuts
left join added on cuts.task_id = added.task_id and cuts.cut_by = added.cut_by
where
    coalesce(added.seconds, 0) <> cuts.age_at_end
    or coalesce(added.business_seconds, 0) <> cuts.business_age_at_end
    or added.is_negative
    or added.is_torn
    or added.starts_after_seconds <> 0
