select
    -- ids
    ticket_id,
    ticket_number,

    -- attributes
    subject,
    status,
    priority,
    department,
    category,
    sub_category,

    -- instants
    created_at,
    closed_at
from {{ source('ops', 'ticket_snapshot') }}
