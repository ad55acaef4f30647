select
    task_item_event_id,
    task_item_id,
    status,
    occurred_at,
    recorded_at as seen_at
from {{ source('ops', 'task_item_event') }}
