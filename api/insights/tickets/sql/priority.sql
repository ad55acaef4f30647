with parts as (
    select * from {{ groups_priority }} as branch
),
timed as (
    select series_key as asked, series_key, 'resolution' as measure from parts
),
{{ percentiles }}
select json_build_object(
    {{ head }},
    {{ told_instant }},
    'total_tickets', total.tickets,
    'priority_distribution', (
        select json_agg(
            json_build_object(
                'priority', series.priority,
                'count', measured.tickets,
                'percentage', round(100.0 * measured.tickets / nullif(total.tickets, 0), 2),
                'avg_resolution_hours', resolved.avg_resolution_hours,
                'median_resolution_hours', resolved.median_resolution_hours,
                'p90_resolution_hours', resolved.p90_resolution_hours,
                'resolutions', resolved.resolutions
            )
            order by series.position
        )
        from parts as series
        cross join lateral {{ measures }} as measured
        cross join lateral {{ resolutions }} as resolved
    )
)
from {{ measures }} as total
