select
    step_id,
    workflow_id,
    name as step_name
from {{ source('ops', 'step') }}
