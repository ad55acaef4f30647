select json_build_object(
    {{ head }},
    {{ told_instant }},
    'basis', 'task',
    'total_tickets', measured.tickets,
    'status_summary', (
        select json_agg(
            json_build_object(
                'status', part.status,
                'count', part.count,
                'percentage', round(100.0 * part.count / nullif(measured.tickets, 0), 2)
            )
            order by part.count desc, part.position
        )
        from (
            values
            (1, 'pending', measured.pending),
            (2, 'in progress', measured.in_progress),
            (3, 'on_hold', measured.on_hold),
            (4, 'completed', measured.completed),
            (5, 'cancelled', measured.cancelled),
            (6, 'pending_external', measured.pending_external)
        ) as part (position, status, count)
    )
)
from {{ measures }} as measured
