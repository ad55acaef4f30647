select
    -- ids
    task_item_id,
    task_id,
    role_user_id,
    step_id,
    from_task_item_id,
    transferred_by as transferred_by_user_id,

    -- state
    origin,
    status,
    handover_note,

    -- instants
    assigned_on as assigned_at,
    acted_on as acted_at,
    closed_at,
    target_resolution as target_resolution_at,
    updated_at as seen_at
from {{ source('ops', 'task_item') }}
