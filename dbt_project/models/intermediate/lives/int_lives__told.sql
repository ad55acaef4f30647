{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- All that moves a ticket from one state into another, but for time alone.
with vacancies as (
    select
        events.task_id,
        greatest(events.occurred_at, tickets.created_at) as told_at,
        events.task_event_id,
        events.kind in ('created', 'unassigned', 'transitioned', 'reopened') as is_vacant
    from {{ ref('stg_ops__task_events') }} as events
    inner join {{ ref('fct_tickets') }} as tickets on events.task_id = tickets.task_id
    where
        events.kind in (
            'created', 'assigned', 'unassigned', 'transitioned', 'completed', 'cancelled', 'reopened'
        )
        and events.occurred_at <= tickets.as_of
),

priority_changes as (
    select
        tickets.task_id,
        greatest(events.occurred_at, tickets.created_at) as told_at,
        events.ticket_event_id
    from {{ ref('stg_ops__ticket_events') }} as events
    inner join {{ ref('fct_tickets') }} as tickets on events.ticket_id = tickets.ticket_id
    where events.kind = 'priority_changed' and events.occurred_at <= tickets.as_of
),

-- A priority that is told while a ticket is done is followed when it is reopened.
followed as (
    select
        changes.task_id,
        changes.ticket_event_id,
        case
            when statuses.status in ('completed', 'cancelled') then statuses.ended_at else changes.told_at
        end as told_at
    from priority_changes as changes
    inner join {{ ref('int_lives__statuses') }} as statuses
        on
            changes.task_id = statuses.task_id
            and changes.told_at >= statuses.started_at
            and (statuses.ended_at is null or changes.told_at < statuses.ended_at)
),

told as (
    select
        task_id, started_at as told_at, status, null::boolean as is_vacant, null::bigint as priority_event_id
    from {{ ref('int_lives__statuses') }}
    union all
    (
        select distinct on (task_id, told_at) task_id, told_at, null, is_vacant, null
        from vacancies
        order by task_id asc, told_at asc, task_event_id desc
    )
    union all
    select task_id, told_at, null, null, max(ticket_event_id)
    from followed
    where told_at is not null
    group by task_id, told_at
)

select
    told.task_id,
    tickets.created_date,
    told.told_at,
    max(told.status) as status,
    bool_or(told.is_vacant) as is_vacant,
    max(told.priority_event_id) as priority_event_id
from told
inner join {{ ref('fct_tickets') }} as tickets on told.task_id = tickets.task_id
group by told.task_id, tickets.created_date, told.told_at
