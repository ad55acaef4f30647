select
    ticket_event_id,
    ticket_id,
    kind,
    from_value,
    to_value,
    occurred_at,
    recorded_at as seen_at
from {{ source('ops', 'ticket_event') }}
