select
    -- ids
    task_id,
    ticket_id,
    workflow_id,
    current_step_id,
    calendar_revision_id,
    ticket_owner_id as owner_role_user_id,

    -- state
    status,
    sla_source,
    recorded_sla_met as is_recorded_sla_met,
    is_resolution_recorded,
    needs_assignment as is_assignment_needed,

    -- durations
    extract(epoch from sla) as allowed_seconds,
    hold_seconds,

    -- instants
    created_at,
    updated_at,
    sla_started_at,
    at_risk_at,
    critical_at,
    target_resolution as target_resolution_at,
    hold_started_at,
    first_response_at,
    resolution_time as resolved_at,
    deleted_at,
    updated_at as seen_at
from {{ source('ops', 'task') }}
