{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with held as (
    select * from {{ ref('int_time__held_stretches') }}
),

latest as (
    select
        task_id,
        max(ended_at) as ended_at
    from held
    group by task_id
),

gaps as (
    select
        held.task_id,
        coalesce(
            lag(held.ended_at) over (partition by held.task_id order by held.started_at), clocks.created_at
        ) as started_at,
        held.started_at as ended_at
    from held
    inner join {{ ref('int_time__clocks') }} as clocks on held.task_id = clocks.task_id
    union all
    select
        clocks.task_id,
        coalesce(latest.ended_at, clocks.created_at) as started_at,
        clocks.counted_until as ended_at
    from {{ ref('int_time__clocks') }} as clocks
    left join latest on clocks.task_id = latest.task_id
),

-- Between a completion and a reopening nobody needs to hold a ticket.
overs as (
    select
        task_id,
        started_at,
        coalesce(ended_at, last_changed_at) as ended_at
    from {{ ref('int_time__status_changes') }}
    where status in ('completed', 'cancelled') and started_at < coalesce(ended_at, last_changed_at)
),

cuts as (
    select task_id, started_at as gap_started_at, ended_at as gap_ended_at, started_at
    from gaps
    where started_at < ended_at
    union
    select gaps.task_id, gaps.started_at, gaps.ended_at, boundaries.instant
    from gaps
    inner join overs on gaps.task_id = overs.task_id
    cross join lateral (values (overs.started_at), (overs.ended_at)) as boundaries (instant)
    where boundaries.instant > gaps.started_at and boundaries.instant < gaps.ended_at
),

stretches as (
    select
        task_id,
        started_at,
        lead(started_at, 1, gap_ended_at) over (
            partition by task_id, gap_started_at order by started_at
        ) as ended_at
    from cuts
)

select
    stretches.task_id,
    stretches.started_at,
    stretches.ended_at,
    overs.task_id is not null as is_over
from stretches
left join overs
    on
        stretches.task_id = overs.task_id
        and stretches.started_at >= overs.started_at
        and stretches.started_at < overs.ended_at
