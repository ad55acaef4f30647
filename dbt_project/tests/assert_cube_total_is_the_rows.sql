-- A number would open to more or fewer rows than it says.
{{ config(meta={'dagster': {'ref': {'name': 'ticket_cube'}}}) }}

with by_rows as (
    select
        serving.series_key(department, null, null, null, priority) as series_key,
        count(*) as tickets,
        count(*) filter (where is_open) as open_tickets,
        count(*) filter (where sla_status = 'breached') as breached
    from {{ ref('ticket_rows') }}
    group by cube (department, priority)
),

by_cube as (
    select distinct on (series_key) *
    from {{ ref('ticket_cube') }}
    order by series_key asc, day desc
)

select by_rows.series_key
from by_rows
left join by_cube on by_rows.series_key = by_cube.series_key
where
    by_rows.tickets <> coalesce(by_cube.tickets, 0)
    or by_rows.open_tickets
    <> coalesce(by_cube.pending + by_cube.in_progress + by_cube.on_hold + by_cube.pending_external, 0)
    or by_rows.breached <> coalesce(by_cube.sla_breached, 0)
