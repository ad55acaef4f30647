-- A ticket could be missed or counted twice by the categories: every snapshot must stand in exactly one group
-- of each, under exactly one status.
{{ config(meta={'dagster': {'ref': {'name': 'snapshot_cube'}}}) }}

with newest as (
    select distinct on (cube.series_key)
        series.kept,
        cube.*
    from {{ ref('snapshot_cube') }} as cube
    inner join {{ ref('snapshot_series') }} as series on cube.series_key = series.series_key
    order by cube.series_key asc, cube.day desc
),

by_kept as (
    select
        kept,
        sum(tickets) as tickets,
        sum(
            status_new + status_open + status_in_progress + status_on_hold + status_pending
            + status_pending_external + status_resolved + status_rejected + status_withdrawn + status_closed
        ) as with_status
    from newest
    group by kept
)

select kept
from by_kept
where
    tickets <> (select count(*) from {{ ref('snapshot_rows') }})
    or with_status <> tickets
