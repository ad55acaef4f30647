select
    task_id,
    workflow_id,
    last_step_id,
    variant_id,
    is_reworked,
    created_at
from {{ ref('fct_process_cases') }}
