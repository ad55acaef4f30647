{{ config(post_hook='analyze {{ this }}') }}

-- Materialized, so that the calendar is looked up once per row rather than wherever its answer is used.
with changes as materialized (
    select
        changes.task_id,
        changes.interval_number,
        changes.status,
        changes.started_at,
        changes.ended_at,
        clocks.age_at_end,
        clocks.business_age_at_end,
        {{ age_seconds('clocks', 'changes.started_at') }} as age,
        {{ business_age_seconds('clocks', 'changes.started_at') }} as business_age
    from {{ ref('int_time__status_changes') }} as changes
    inner join {{ ref('int_time__clocks') }} as clocks on changes.task_id = clocks.task_id
)

select
    task_id,
    interval_number,
    status,
    started_at,
    ended_at,
    age as starts_after_seconds,
    business_age as starts_after_business_seconds,
    lead(age, 1, age_at_end) over in_order - age as interval_seconds,
    lead(business_age, 1, business_age_at_end) over in_order - business_age as interval_business_seconds
from changes
window in_order as (partition by task_id order by interval_number)
