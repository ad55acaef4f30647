select
    -- ids
    ticket_id,
    ticket_number,
    source_service,

    -- attributes
    subject,
    status,
    priority,
    department,
    category,
    sub_category,

    -- instants
    created_at,
    closed_at,
    original_ticket_id,
    fetched_at as seen_at
from {{ source('ops', 'ticket_snapshot') }}
