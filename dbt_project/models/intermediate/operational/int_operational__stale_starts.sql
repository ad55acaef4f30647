{{ config(materialized='refilled', unlogged=true) }}

-- A ticket becomes stale when nothing has happened to it for so long while it was open.
with run_window as (
    select
        as_of,
        date_trunc('day', as_of, 'UTC')
        - interval '{{ anomaly_counted_days() }} days' as begins_at
    from {{ ref('int_run__window') }}
),

patience as (
    select make_interval(days => threshold_value::integer) as quiet_time
    from {{ ref('stg_ops__insight_thresholds') }}
    where threshold_name = 'stale_ticket_days'
),

recent as (
    select
        tickets.task_id,
        tickets.ticket_id,
        coalesce(tickets.cancelled_at, tickets.resolved_at, 'infinity') as closed_at
    from {{ ref('fct_tickets') }} as tickets
    cross join run_window
    where coalesce(tickets.cancelled_at, tickets.resolved_at, 'infinity') >= run_window.begins_at
),

activity as (
    select
        recent.task_id,
        events.occurred_at
    from recent
    inner join {{ ref('stg_ops__task_events') }} as events on recent.task_id = events.task_id
    union all
    select
        recent.task_id,
        events.occurred_at
    from recent
    inner join {{ ref('stg_ops__task_items') }} as items on recent.task_id = items.task_id
    inner join {{ ref('stg_ops__task_item_events') }} as events on items.task_item_id = events.task_item_id
    union all
    select
        recent.task_id,
        events.occurred_at
    from recent
    inner join {{ ref('stg_ops__ticket_events') }} as events on recent.ticket_id = events.ticket_id
),

quiet as (
    select
        task_id,
        occurred_at,
        lead(occurred_at, 1, 'infinity') over (partition by task_id order by occurred_at) as next_at
    from activity
)

select
    quiet.task_id,
    {{ utc_day('(quiet.occurred_at + patience.quiet_time)') }} as day
from quiet
inner join recent on quiet.task_id = recent.task_id
cross join patience
cross join run_window
where
    quiet.occurred_at + patience.quiet_time < least(quiet.next_at, recent.closed_at, run_window.as_of)
    and quiet.occurred_at + patience.quiet_time >= run_window.begins_at
