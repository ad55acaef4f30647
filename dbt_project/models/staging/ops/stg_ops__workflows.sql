select
    workflow_id,
    name as workflow_name,
    status,
    department,
    category,
    sub_category,
    created_at
from {{ source('ops', 'workflow') }}
