select json_build_object(
    {{ head }},
    'total_tickets', total.tickets,
    'priority_distribution', (
        select json_agg(
            json_build_object(
                'priority', series.priority,
                'count', measured.tickets,
                'percentage', round(100.0 * measured.tickets / nullif(total.tickets, 0), 2),
                'avg_resolution_hours',
                round(measured.resolution_seconds / 3600.0 / nullif(measured.resolutions, 0), 2)
            )
            order by series.position
        )
        from {{ groups_priority }} as series
        cross join lateral {{ measures }} as measured
    )
)
from {{ measures }} as total
