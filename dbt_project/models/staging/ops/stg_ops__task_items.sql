select
    task_item_id,
    task_id,
    role_user_id,
    origin,
    assigned_on as assigned_at
from {{ source('ops', 'task_item') }}
