select
    recorded.ticket_event_id,
    recorded.ticket_id,
    recorded.kind,
    recorded.from_value,
    recorded.to_value,
    recorded.occurred_at
from {{ ref('base_ops__ticket_events') }} as recorded
where
    {{ is_kept('ticket_event', 'recorded.ticket_event_id') }}
    and {{ is_kept('ticket', 'recorded.ticket_id') }}
