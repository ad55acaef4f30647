{{ config(
    materialized='refilled',
    unlogged=true,
    indexes=[{'columns': ['ticket_event_id'], 'unique': true}, {'columns': ['ticket_id', 'occurred_at']}],
    post_hook='analyze {{ this }}',
) }}

select
    ticket_event_id,
    ticket_id,
    from_value,
    to_value,
    occurred_at
from {{ ref('stg_ops__ticket_events') }}
where kind = 'priority_changed'
