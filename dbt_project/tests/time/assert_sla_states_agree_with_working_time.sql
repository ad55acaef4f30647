-- A deadline moved wrongly would go unseen: a ticket is late if more working time has run than was
-- allowed, and not before that much has. Seconds apart are the recording's, not the clock's.
{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_outcomes'}}}) }}

select outcomes.task_id
from {{ ref('fct_sla_outcomes') }} as outcomes
inner join {{ ref('fct_tickets') }} as tickets
    -- A clock that was set while the run read it has another target; the next run judges it.
    on outcomes.task_id = tickets.task_id and outcomes.target_resolution_at = tickets.target_resolution_at
where
    outcomes.sla_source = 'policy'
    and (
        (outcomes.sla_status = 'breached' and outcomes.elapsed_seconds < outcomes.allowed_seconds - 1)
        or (
            outcomes.sla_status in ('met', 'on_track', 'at_risk')
            and outcomes.elapsed_seconds > outcomes.allowed_seconds + 1
        )
    )
