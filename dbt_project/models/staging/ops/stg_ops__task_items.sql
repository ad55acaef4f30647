select
    -- ids
    recorded.task_item_id,
    recorded.task_id,
    recorded.role_user_id,
    recorded.step_id,
    recorded.from_task_item_id,
    recorded.transferred_by_user_id,

    -- state
    recorded.origin,
    recorded.status,
    recorded.handover_note,

    -- instants
    recorded.assigned_at,
    recorded.acted_at,
    recorded.closed_at,
    recorded.target_resolution_at
from {{ ref('base_ops__task_items') }} as recorded
where {{ is_kept('task_item', 'recorded.task_item_id') }}
