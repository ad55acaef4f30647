-- From the cube, which holds every day; what it is made from holds only those that a build makes anew.
with daily as (
    select
        series_key,
        day,
        tickets - lag(tickets, 1, 0) over (partition by series_key order by day) as ticket_count
    from {{ ref('ticket_cube') }}
)

select
    series.series_key,
    daily.day,
    series.department,
    series.category,
    series.sub_category,
    series.workflow_id,
    series.priority,
    daily.ticket_count::integer as ticket_count
from daily
inner join {{ ref('ticket_series') }} as series on daily.series_key = series.series_key
where
    daily.ticket_count > 0
    and num_nonnulls(
        series.department, series.category, series.sub_category, series.workflow_id, series.priority
    )
    <= 1
