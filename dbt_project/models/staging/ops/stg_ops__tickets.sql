select
    -- ids
    recorded.ticket_id,
    recorded.ticket_number,
    recorded.source_service,

    -- attributes
    recorded.subject,
    recorded.status,
    recorded.priority,
    recorded.department,
    recorded.category,
    recorded.sub_category,

    -- instants
    recorded.created_at,
    recorded.closed_at
from {{ ref('base_ops__tickets') }} as recorded
where {{ is_kept('ticket', 'recorded.ticket_id') }}
