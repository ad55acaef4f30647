-- A deadline moved wrongly would go unseen: a ticket is late if more working time has run than was
-- allowed, and not before that much has. Seconds apart are the recording's, not the clock's.
{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_outcomes'}}}) }}

select task_id
from {{ ref('fct_sla_outcomes') }}
where
    allowed_seconds is not null
    and sla_source = 'policy'
    and (
        (sla_status = 'breached' and elapsed_seconds < allowed_seconds - 1)
        or (sla_status in ('met', 'on_track', 'at_risk') and elapsed_seconds > allowed_seconds + 1)
    )
