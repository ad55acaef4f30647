select
    step_id,
    workflow_id,
    role_id,
    name as step_name,
    sort_order,
    is_start,
    is_end,
    deleted_at
from {{ source('ops', 'step') }}
