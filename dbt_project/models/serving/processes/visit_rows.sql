select
    visits.visit_id,
    visits.task_id,
    visits.visit_number,
    visits.ticket_number,
    visits.subject,
    visits.department,
    visits.category,
    visits.sub_category,
    visits.workflow_id,
    visits.workflow_name,
    visits.step_id,
    visits.step_name,
    visits.priority,
    visits.role_name as role,
    visits.source,
    visits.direction,
    visits.direction = 'open' as is_open,
    neighbours.is_repeated,
    neighbours.previous_step_id,
    neighbours.next_step_id,
    next_steps.step_name as next_step_name,
    visits.entered_at,
    visits.left_at,
    visits.visit_seconds,
    neighbours.business_seconds
from {{ ref('fct_step_visits') }} as visits
inner join {{ ref('fct_process_visits') }} as neighbours on visits.visit_id = neighbours.visit_id
left join {{ ref('stg_ops__steps') }} as next_steps on neighbours.next_step_id = next_steps.step_id
