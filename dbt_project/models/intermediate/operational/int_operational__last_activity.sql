{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- The newest event of each open ticket, of whatever kind.
with run_window as (
    select as_of from {{ ref('int_run__window') }}
),

open_tickets as (
    select
        task_id,
        ticket_id,
        created_at
    from {{ ref('fct_tickets') }}
    where is_open
),

activity as (
    select
        open_tickets.task_id,
        events.occurred_at
    from open_tickets
    inner join {{ ref('stg_ops__task_events') }} as events on open_tickets.task_id = events.task_id
    union all
    select
        open_tickets.task_id,
        events.occurred_at
    from open_tickets
    inner join {{ ref('stg_ops__task_items') }} as items on open_tickets.task_id = items.task_id
    inner join {{ ref('stg_ops__task_item_events') }} as events on items.task_item_id = events.task_item_id
    union all
    select
        open_tickets.task_id,
        events.occurred_at
    from open_tickets
    inner join {{ ref('stg_ops__ticket_events') }} as events on open_tickets.ticket_id = events.ticket_id
    union all
    select
        task_id,
        created_at as occurred_at
    from open_tickets
)

select
    activity.task_id,
    max(activity.occurred_at) as last_activity_at
from activity
inner join run_window on activity.occurred_at <= run_window.as_of
group by activity.task_id
