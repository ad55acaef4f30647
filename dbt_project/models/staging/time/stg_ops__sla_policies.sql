select
    sla_policy_id,
    workflow_id,
    calendar_revision_id,
    priority,
    extract(epoch from duration) as allowed_seconds,
    effective_at
from {{ source('ops_time', 'sla_policy') }}
