select
    task_event_id,
    task_id,
    kind,
    occurred_at
from {{ source('ops', 'task_event') }}
