with tasks as (
    select
        task_id,
        status,
        sla_source,
        is_recorded_sla_met,
        resolved_at,
        at_risk_at,
        critical_at,
        target_resolution_at,
        -- A ticket on hold is judged at the instant the hold began: its clock stands still.
        case
            when status = 'on_hold' then hold_started_at
            else (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
        end as judged_at
    from {{ ref('stg_ops__tasks') }}
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
            when judged_at >= at_risk_at then 'at_risk'
            else 'on_track'
        end as sla_status
    from tasks
)

select
    task_id,
    sla_status,
    sla_status = 'at_risk' and judged_at >= critical_at as is_critical,
    judged_at
from states
