select
    task_id,
    status,
    sla_status,
    age_bracket,
    department,
    category,
    resolution_seconds,
    first_response_seconds,
    jsonb_array_length(assigned_users) as assigned_user_count
from marts.fct_tickets
order by task_id desc
limit 5000
