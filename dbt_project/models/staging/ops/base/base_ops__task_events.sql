select
    task_event_id,
    task_id,
    kind,
    from_step_id,
    to_step_id,
    from_status,
    to_status,
    task_item_id,
    actor_user_id,
    note,
    occurred_at,
    recorded_at as seen_at
from {{ source('ops', 'task_event') }}
