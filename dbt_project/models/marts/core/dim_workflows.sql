select
    workflow_id,
    workflow_name,
    status,
    department,
    category,
    sub_category,
    created_at
from {{ ref('stg_ops__workflows') }}
