-- The backlog chart would drift from the tickets it stands for: all that was created, less what was
-- resolved or cancelled, must be what is open.
{{ config(meta={'dagster': {'ref': {'name': 'ticket_cube'}}}) }}

with newest as (
    select distinct on (series_key) *
    from {{ ref('ticket_cube') }}
    order by series_key asc, day desc
)

select series_key
from newest
where tickets - resolved_flow - cancelled_flow <> pending + in_progress + on_hold + pending_external
