{% set waiting = "('pending', 'in progress', 'pending_external')" %}

with statuses as (
    select
        task_id,
        -- The requester waits for the desk, and for those the desk has asked, but not while the desk waits.
        coalesce(sum(interval_seconds) filter (where status in {{ waiting }}), 0) as requester_wait_seconds,
        coalesce(sum(interval_business_seconds) filter (where status in {{ waiting }}), 0)
            as requester_wait_business_seconds,
        coalesce(sum(interval_seconds) filter (where status = 'on_hold'), 0) as on_hold_seconds,
        coalesce(sum(interval_business_seconds) filter (where status = 'on_hold'), 0)
            as on_hold_business_seconds
    from {{ ref('fct_status_intervals') }}
    group by task_id
),

touches as (
    select
        *,
        -- On to the next step in the same hands is no new touch.
        user_id is not null
        and coalesce(user_id <> lag(user_id) over (partition by task_id order by interval_number), true)
            as is_touch
    from {{ ref('fct_holding_intervals') }}
),

holdings as (
    select
        task_id,
        coalesce(sum(interval_seconds) filter (where held_by = 'queue'), 0) as unassigned_seconds,
        coalesce(sum(interval_business_seconds) filter (where held_by = 'queue'), 0)
            as unassigned_business_seconds,
        count(*) filter (where is_touch) as touch_count
    from touches
    group by task_id
),

-- Where work in progress and somebody's turn overlap. Both are told in seconds of the ticket's age.
work as (
    select
        held.task_id,
        sum(
            least(
                held.starts_after_seconds + held.interval_seconds,
                active.starts_after_seconds + active.interval_seconds
            ) - greatest(held.starts_after_seconds, active.starts_after_seconds)
        ) as agent_work_seconds,
        sum(
            least(
                held.starts_after_business_seconds + held.interval_business_seconds,
                active.starts_after_business_seconds + active.interval_business_seconds
            ) - greatest(held.starts_after_business_seconds, active.starts_after_business_seconds)
        ) as agent_work_business_seconds
    from {{ ref('fct_holding_intervals') }} as held
    inner join {{ ref('fct_status_intervals') }} as active
        on
            held.task_id = active.task_id
            and (active.ended_at is null or held.started_at < active.ended_at)
            and (held.ended_at is null or held.ended_at > active.started_at)
    where held.held_by = 'person' and active.status = 'in progress'
    group by held.task_id
),

cycles as (
    select
        task_id,
        min(ends_after_seconds) filter (where outcome = 'resolved') as first_resolution_seconds,
        min(ends_after_business_seconds) filter (where outcome = 'resolved')
            as first_resolution_business_seconds,
        count(*) as cycle_count
    from {{ ref('fct_reopen_cycles') }}
    group by task_id
),

tickets as (
    select
        tickets.task_id,
        tickets.status = 'completed' as is_completed,
        tickets.first_response_seconds,
        tickets.resolution_seconds,
        tickets.resolved_at,
        tasks.is_resolution_recorded,
        case
            when tickets.first_response_at is not null
                then greatest(tickets.first_response_at, tickets.created_at)
        end as first_response_at
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
)

select
    tickets.task_id,
    tickets.first_response_seconds,
    {{ business_age_seconds('clocks', 'tickets.first_response_at') }} as first_response_business_seconds,
    case when tickets.is_resolution_recorded then cycles.first_resolution_seconds end
        as first_resolution_seconds,
    case when tickets.is_resolution_recorded then cycles.first_resolution_business_seconds end
        as first_resolution_business_seconds,
    tickets.resolution_seconds as full_resolution_seconds,
    case
        when tickets.resolution_seconds is not null
            then greatest(tickets.resolution_seconds - statuses.on_hold_seconds, 0)
    end::bigint as net_resolution_seconds,
    case
        when tickets.resolution_seconds is null then null
        when tickets.resolved_at = clocks.counted_until then clocks.business_age_at_end
        else {{ business_age_seconds('clocks', 'tickets.resolved_at') }}
    end as full_resolution_business_seconds,
    statuses.requester_wait_seconds::bigint as requester_wait_seconds,
    statuses.requester_wait_business_seconds::bigint as requester_wait_business_seconds,
    statuses.on_hold_seconds::bigint as on_hold_seconds,
    statuses.on_hold_business_seconds::bigint as on_hold_business_seconds,
    coalesce(work.agent_work_seconds, 0)::bigint as agent_work_seconds,
    coalesce(work.agent_work_business_seconds, 0)::bigint as agent_work_business_seconds,
    coalesce(holdings.unassigned_seconds, 0)::bigint as unassigned_seconds,
    coalesce(holdings.unassigned_business_seconds, 0)::bigint as unassigned_business_seconds,
    coalesce(holdings.touch_count, 0)::integer as touch_count,
    tickets.is_completed and coalesce(holdings.touch_count, 0) = 1 and cycles.cycle_count = 1
        as is_one_touch,
    tickets.is_completed and (coalesce(holdings.touch_count, 0) > 1 or cycles.cycle_count > 1)
        as is_multi_touch
from tickets
inner join {{ ref('int_time__clocks') }} as clocks on tickets.task_id = clocks.task_id
inner join statuses on tickets.task_id = statuses.task_id
inner join cycles on tickets.task_id = cycles.task_id
left join holdings on tickets.task_id = holdings.task_id
left join work on tickets.task_id = work.task_id
