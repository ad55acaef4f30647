select
    -- ids
    recorded.task_id,
    recorded.ticket_id,
    recorded.workflow_id,
    recorded.current_step_id,
    recorded.calendar_revision_id,
    recorded.owner_role_user_id,

    -- state
    recorded.status,
    recorded.sla_source,
    recorded.is_recorded_sla_met,
    recorded.is_resolution_recorded,
    recorded.is_assignment_needed,

    -- durations
    recorded.allowed_seconds,
    recorded.hold_seconds,

    -- instants
    recorded.created_at,
    recorded.updated_at,
    recorded.sla_started_at,
    recorded.at_risk_at,
    recorded.critical_at,
    recorded.target_resolution_at,
    recorded.hold_started_at,
    recorded.first_response_at,
    recorded.resolved_at,
    recorded.deleted_at
from {{ ref('base_ops__tasks') }} as recorded
where {{ is_kept('task', 'recorded.task_id') }}
