select
    visit_id,
    task_id,
    visit_number,
    workflow_id,
    lag(step_id) over in_order as previous_step_id,
    step_id,
    lead(step_id) over in_order as next_step_id,
    row_number() over (partition by task_id, step_id order by visit_number) > 1 as is_repeated,
    direction,
    entered_at,
    left_at,
    lead(entered_at) over in_order as next_entered_at,
    visit_seconds,
    floor(extract(epoch from lead(entered_at) over in_order - entered_at))::bigint as move_seconds
from {{ ref('fct_step_visits') }}
window in_order as (partition by task_id order by visit_number)
