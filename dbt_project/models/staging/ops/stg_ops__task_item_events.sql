select
    recorded.task_item_event_id,
    recorded.task_item_id,
    recorded.status,
    recorded.occurred_at
from {{ ref('base_ops__task_item_events') }} as recorded
where
    {{ is_kept('task_item_event', 'recorded.task_item_event_id') }}
    and {{ is_kept('task_item', 'recorded.task_item_id') }}
