select
    recorded.task_event_id,
    recorded.task_id,
    recorded.kind,
    recorded.from_step_id,
    recorded.to_step_id,
    recorded.from_status,
    recorded.to_status,
    recorded.task_item_id,
    recorded.actor_user_id,
    recorded.note,
    recorded.occurred_at
from {{ ref('base_ops__task_events') }} as recorded
where
    {{ is_kept('task_event', 'recorded.task_event_id') }}
    and {{ is_kept('task', 'recorded.task_id') }}
