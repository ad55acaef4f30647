with clocked as materialized (
    select
        visits.*,
        {{ worked_until('tasks.calendar_revision_id', 'visits.entered_at') }} as worked_at_entering,
        {{ worked_until('tasks.calendar_revision_id', 'visits.left_at') }} as worked_at_leaving
    from {{ ref('fct_step_visits') }} as visits
    inner join {{ ref('stg_ops__tasks') }} as tasks on visits.task_id = tasks.task_id
)

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
    floor(worked_at_leaving - worked_at_entering)::bigint as business_seconds,
    floor(extract(epoch from lead(entered_at) over in_order - entered_at))::bigint as move_seconds,
    floor(lead(worked_at_entering) over in_order - worked_at_entering)::bigint as move_business_seconds
from clocked
window in_order as (partition by task_id order by visit_number)
