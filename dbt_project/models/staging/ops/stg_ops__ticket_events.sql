select
    ticket_event_id,
    ticket_id,
    kind,
    occurred_at
from {{ source('ops', 'ticket_event') }}
