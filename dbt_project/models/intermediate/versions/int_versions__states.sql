{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with stretches as (
    select
        stretches.*,
        tickets.created_date,
        tickets.created_at,
        deadlines.sla_source,
        deadlines.at_risk_at,
        deadlines.critical_at,
        deadlines.target_resolution_at,
        case when stretches.is_last_vacancy then tickets.is_assignment_needed else stretches.is_vacant end
            as is_assignment_needed,
        tasks.is_recorded_sla_met,
        tasks.is_resolution_recorded,
        -- A resolution that was not the last is known by its event alone.
        case
            when stretches.status = 'completed' and stretches.is_last_status then tickets.resolved_at
            when stretches.status = 'completed' then stretches.status_since
        end as resolved_at
    from {{ ref('int_versions__stretches') }} as stretches
    inner join {{ ref('int_versions__deadlines') }} as deadlines using (task_id, started_at)
    inner join {{ ref('fct_tickets') }} as tickets on stretches.task_id = tickets.task_id
    inner join {{ ref('int_versions__tasks') }} as tasks on stretches.task_id = tasks.task_id
),

-- Between two events the clock runs on: it passes its deadlines, the last of them when it is a moment over.
pieces as (
    select
        stretches.*,
        boundaries.instant as since,
        lead(boundaries.instant, 1, stretches.ended_at) over (
            partition by stretches.task_id, stretches.started_at order by boundaries.instant
        ) as until,
        case when stretches.status = 'on_hold' then stretches.status_since else boundaries.instant end
            as judged_at
    from stretches
    cross join lateral (
        select stretches.started_at as instant
        union
        select deadlines.instant
        from (
            values
            (stretches.at_risk_at),
            (stretches.critical_at),
            (stretches.target_resolution_at + interval '1 microsecond')
        ) as deadlines (instant)
        where
            stretches.status not in ('on_hold', 'completed', 'cancelled')
            and deadlines.instant > stretches.started_at
            and (stretches.ended_at is null or deadlines.instant < stretches.ended_at)
    ) as boundaries
),

judged as (
    select
        task_id,
        created_date,
        since,
        until,
        status,
        case
            when status = 'cancelled' or sla_source = 'none' then 'no_sla'
            when sla_source = 'recorded' and not (status = 'completed' and is_last_status) then 'no_sla'
            when sla_source = 'recorded' and is_recorded_sla_met then 'met'
            when sla_source = 'recorded' then 'breached'
            when status = 'completed' and resolved_at <= target_resolution_at then 'met'
            when status = 'completed' or judged_at > target_resolution_at then 'breached'
            when judged_at >= at_risk_at then 'at_risk'
            else 'on_track'
        end as sla_status,
        sla_source,
        judged_at >= critical_at as is_past_critical,
        target_resolution_at,
        resolved_at,
        case
            when status = 'completed' and is_resolution_recorded
                then floor(extract(epoch from resolved_at - created_at))::bigint
        end as resolution_seconds,
        earlier_hold_seconds,
        is_assignment_needed and status not in ('completed', 'cancelled') as is_unassigned
    from pieces
),

states as (
    select
        *,
        coalesce(sla_status = 'at_risk' and is_past_critical, false) as is_sla_critical,
        greatest(resolution_seconds - earlier_hold_seconds, 0) as net_resolution_seconds
    from judged
),

told_apart as (
    select
        *,
        row(
            status, sla_status, sla_source, is_sla_critical, target_resolution_at, resolved_at, is_unassigned
        ) as state
    from states
),

-- What an event or a deadline left as it was is no state of its own.
marked as (
    select
        *,
        lag(state) over (partition by task_id order by since) as state_before
    from told_apart
)

select
    task_id,
    created_date,
    since,
    lead(since) over (partition by task_id order by since) as until,
    status,
    sla_status,
    sla_source,
    is_sla_critical,
    target_resolution_at,
    resolved_at,
    resolution_seconds,
    case when resolution_seconds is not null then net_resolution_seconds end as net_resolution_seconds,
    is_unassigned
from marked
where state_before is distinct from state
