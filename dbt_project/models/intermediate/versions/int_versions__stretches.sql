{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with numbered as (
    select
        *,
        lead(told_at) over in_order as ended_at,
        count(status) over in_order as status_number,
        count(is_vacant) over in_order as vacancy_number,
        count(priority_event_id) over in_order as priority_number
    from {{ ref('int_lives__told') }}
    where {{ since_first_change('created_date') }}
    window in_order as (partition by task_id order by told_at)
),

-- What an event told holds until the next one tells something else.
stretches as (
    select
        task_id,
        told_at as started_at,
        ended_at,
        max(status) over of_status as status,
        min(told_at) over of_status as status_since,
        status_number = max(status_number) over (partition by task_id) as is_last_status,
        coalesce(bool_or(is_vacant) over (partition by task_id, vacancy_number), false) as is_vacant,
        vacancy_number = max(vacancy_number) over (partition by task_id) as is_last_vacancy,
        max(priority_event_id) over (partition by task_id, priority_number) as priority_event_id,
        priority_number = max(priority_number) over (partition by task_id) as is_last_priority
    from numbered
    window of_status as (partition by task_id, status_number)
),

-- The clock stood while the ticket was on hold, or done until it was reopened.
pauses as (
    select
        changes.task_id,
        changes.status,
        changes.started_at,
        changes.ended_at,
        {{ age_seconds('lives', 'changes.ended_at') }} - {{ age_seconds('lives', 'changes.started_at') }}
            as pause_seconds,
        {{ worked_until('lives.calendar_revision_id', 'changes.ended_at') }}
        - {{ worked_until('lives.calendar_revision_id', 'changes.started_at') }} as pause_working_seconds
    from {{ ref('int_lives__statuses') }} as changes
    inner join {{ ref('int_time__lives') }} as lives on changes.task_id = lives.task_id
    where
        changes.status in ('on_hold', 'completed', 'cancelled')
        and changes.ended_at is not null
        and {{ since_first_change('changes.created_date') }}
),

paused as (
    select
        stretches.task_id,
        stretches.started_at,
        coalesce(
            sum(pauses.pause_working_seconds) filter (where pauses.ended_at > stretches.started_at), 0
        ) as later_pause_seconds,
        coalesce(sum(pauses.pause_seconds) filter (
            where pauses.ended_at <= stretches.started_at and pauses.status = 'on_hold'
        ), 0) as earlier_hold_seconds
    from stretches
    inner join pauses on stretches.task_id = pauses.task_id
    group by stretches.task_id, stretches.started_at
)

select
    stretches.*,
    coalesce(paused.later_pause_seconds, 0) as later_pause_seconds,
    coalesce(paused.earlier_hold_seconds, 0)::bigint as earlier_hold_seconds
from stretches
left join paused using (task_id, started_at)
