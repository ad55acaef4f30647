{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with told as (
    select
        events.task_id,
        events.to_status as status,
        lives.created_at,
        -- Nothing happened to a ticket before it was there, whatever the clocks of a log said.
        greatest(events.occurred_at, lives.created_at) as changed_at,
        lead(greatest(events.occurred_at, lives.created_at)) over (
            partition by events.task_id
            order by greatest(events.occurred_at, lives.created_at), events.task_event_id
        ) as next_at
    from {{ ref('stg_ops__task_events') }} as events
    inner join {{ ref('int_time__lives') }} as lives on events.task_id = lives.task_id
    where
        events.to_status is distinct from events.from_status
        and events.to_status is not null
        and events.occurred_at <= lives.as_of
),

-- Of the statuses that a ticket passed at one instant only the last lasted.
lasting as (
    select
        *,
        lag(status) over (partition by task_id order by changed_at) as status_before,
        max(changed_at) over (partition by task_id) as last_changed_at
    from told
    where next_at is null or next_at > changed_at
)

select
    task_id,
    (row_number() over in_order)::integer as interval_number,
    status,
    -- What it was before its first event is not known: the first status holds from the creation on.
    case when status_before is null then created_at else changed_at end as started_at,
    lead(changed_at) over in_order as ended_at,
    last_changed_at
from lasting
where status_before is distinct from status
window in_order as (partition by task_id order by changed_at)
