with clocks as (
    select
        tickets.task_id,
        tickets.sla_source,
        tickets.sla_status,
        tickets.is_sla_critical,
        tasks.calendar_revision_id,
        tasks.allowed_seconds,
        tasks.hold_seconds,
        tasks.sla_started_at,
        tasks.at_risk_at,
        tasks.critical_at,
        tasks.target_resolution_at,
        greatest(
            coalesce(tickets.resolved_at, tickets.cancelled_at, tickets.judged_at), tasks.sla_started_at
        ) as judged_at
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
),

-- Materialized, so that the calendar is looked up once per row rather than wherever its answer is used.
measured as materialized (
    select
        *,
        greatest(
            {{ worked_until('clocks.calendar_revision_id', 'clocks.judged_at') }}
            - {{ worked_until('clocks.calendar_revision_id', 'clocks.sla_started_at') }}
            - hold_seconds,
            0
        )::numeric(18, 6) as elapsed_seconds
    from clocks
)

select
    task_id,
    calendar_revision_id,
    sla_source,
    sla_status,
    is_sla_critical,
    sla_started_at,
    at_risk_at,
    critical_at,
    target_resolution_at,
    judged_at,
    allowed_seconds::numeric(18, 6) as allowed_seconds,
    hold_seconds::numeric(18, 6) as hold_seconds,
    elapsed_seconds,
    case when allowed_seconds > 0 then round(elapsed_seconds / allowed_seconds, 4) end as used_share
from measured
