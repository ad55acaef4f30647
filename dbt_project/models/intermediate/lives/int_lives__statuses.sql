{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- Beside int_time__status_changes: what was reopened and completed at one instant was completed anew, and its
-- clock ran on for no time between two pauses.
with told as (
    select distinct on (events.task_id, greatest(events.occurred_at, tickets.created_at))
        events.task_id,
        tickets.created_at,
        tickets.created_date,
        greatest(events.occurred_at, tickets.created_at) as told_at,
        events.to_status as status
    from {{ ref('stg_ops__task_events') }} as events
    inner join {{ ref('fct_tickets') }} as tickets on events.task_id = tickets.task_id
    where
        events.to_status is distinct from events.from_status
        and events.to_status is not null
        and events.occurred_at <= tickets.as_of
    order by
        events.task_id asc,
        greatest(events.occurred_at, tickets.created_at) asc,
        events.task_event_id desc
)

select
    task_id,
    created_date,
    status,
    case when lag(told_at) over in_order is null then created_at else told_at end as started_at,
    lead(told_at) over in_order as ended_at
from told
window in_order as (partition by task_id order by told_at)
