with tasks as (
    select
        task_id,
        status,
        sla_source,
        is_recorded_sla_met,
        resolved_at,
        target_resolution_at,
        sla_started_at + make_interval(secs => hold_seconds) as worked_from,
        -- A ticket on hold is judged at the instant the hold began: its clock stands still.
        case
            when status = 'on_hold' then hold_started_at
            else (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
        end as judged_at
    from {{ ref('stg_ops__tasks') }}
),

elapsed as (
    select
        *,
        case
            when sla_source = 'policy' and status not in ('completed', 'cancelled')
                then coalesce(
                    extract(epoch from judged_at - worked_from)
                    / nullif(greatest(extract(epoch from target_resolution_at - worked_from), 0), 0),
                    1
                )
        end as elapsed_ratio
    from tasks
),

states as (
    select
        *,
        case
            when status = 'cancelled' or sla_source = 'none' then 'no_sla'
            when sla_source = 'recorded' and status <> 'completed' then 'no_sla'
            when sla_source = 'recorded' and is_recorded_sla_met then 'met'
            when sla_source = 'recorded' then 'breached'
            when status = 'completed' and resolved_at <= target_resolution_at then 'met'
            when status = 'completed' or judged_at > target_resolution_at then 'breached'
            when elapsed_ratio >= 0.8 then 'at_risk'
            else 'on_track'
        end as sla_status
    from elapsed
)

select
    task_id,
    sla_status,
    sla_status = 'at_risk' and elapsed_ratio >= 0.9 as is_critical,
    elapsed_ratio
from states
