{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with lives as (
    select
        lives.*,
        latest.status in ('completed', 'cancelled') as is_over,
        case
            when latest.status in ('completed', 'cancelled') then latest.last_changed_at
            else lives.as_of
        end as counted_until
    from {{ ref('int_time__lives') }} as lives
    inner join {{ ref('int_time__status_changes') }} as latest
        on lives.task_id = latest.task_id and latest.ended_at is null
)

select
    task_id,
    calendar_revision_id,
    is_over,
    created_at,
    counted_until,
    worked_at_creation_seconds,
    {{ age_seconds('lives', 'lives.counted_until') }} as age_at_end,
    {{ business_age_seconds('lives', 'lives.counted_until') }} as business_age_at_end
from lives
