{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- How far the SLA clocks of open tickets have run, in working time of their own calendars.
with running as (
    select
        tickets.task_id,
        tasks.allowed_seconds,
        ops.working_seconds(tasks.calendar_revision_id, tasks.sla_started_at, tickets.judged_at)
        - tasks.hold_seconds as elapsed_seconds
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
    where tickets.is_open and tickets.sla_source = 'policy' and tickets.sla_status <> 'no_sla'
)

select
    task_id,
    (elapsed_seconds / nullif(allowed_seconds, 0))::numeric(20, 12) as elapsed_ratio,
    floor(allowed_seconds - elapsed_seconds)::bigint as remaining_seconds
from running
