select
    ticket_id,
    task_id,
    ticket_number,
    subject,
    status,
    priority,
    department,
    category,
    sub_category,
    workflow_id,
    workflow_name,
    created_at,
    is_unassigned,
    counted_at
from {{ ref('fct_ticket_snapshots') }}
