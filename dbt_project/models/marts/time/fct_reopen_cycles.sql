{{ config(post_hook='analyze {{ this }}') }}

with events as (
    select
        events.task_id,
        events.kind,
        events.task_event_id,
        greatest(events.occurred_at, tickets.created_at) as happened_at,
        1 + count(*) filter (where events.kind = 'reopened') over (
            partition by events.task_id order by events.occurred_at, events.task_event_id
        ) as cycle_number
    from {{ ref('stg_ops__task_events') }} as events
    inner join {{ ref('fct_tickets') }} as tickets on events.task_id = tickets.task_id
    where
        events.kind in ('created', 'reopened', 'completed', 'cancelled')
        and events.occurred_at <= tickets.as_of
),

cycles as (
    select
        task_id,
        cycle_number,
        case
            when bool_or(kind = 'cancelled') then 'cancelled'
            when bool_or(kind = 'completed') then 'resolved'
            else 'open'
        end as outcome,
        min(happened_at) filter (where kind = 'reopened') as reopened_at,
        max(happened_at) filter (where kind in ('completed', 'cancelled')) as ended_at
    from events
    group by task_id, cycle_number
),

-- Materialized, so that the calendar is looked up once per row rather than wherever its answer is used.
placed as materialized (
    select
        cycles.*,
        coalesce(cycles.reopened_at, clocks.created_at) as opened_at,
        case
            when cycles.reopened_at is null then 0 else {{ age_seconds('clocks', 'cycles.reopened_at') }}
        end as age_at_start,
        case
            when cycles.reopened_at is null then 0
            else {{ business_age_seconds('clocks', 'cycles.reopened_at') }}
        end as business_age_at_start,
        case
            when cycles.ended_at is null then clocks.age_at_end
            else {{ age_seconds('clocks', 'cycles.ended_at') }}
        end as age_at_end,
        -- Most cycles end with the ticket, whose business time is known.
        case
            when cycles.ended_at is null or cycles.ended_at = clocks.counted_until
                then clocks.business_age_at_end
            else {{ business_age_seconds('clocks', 'cycles.ended_at') }}
        end as business_age_at_end
    from cycles
    inner join {{ ref('int_time__clocks') }} as clocks on cycles.task_id = clocks.task_id
)

select
    task_id,
    cycle_number::integer as cycle_number,
    outcome,
    opened_at,
    ended_at,
    age_at_end as ends_after_seconds,
    business_age_at_end as ends_after_business_seconds,
    age_at_end - age_at_start as cycle_seconds,
    business_age_at_end - business_age_at_start as cycle_business_seconds
from placed
