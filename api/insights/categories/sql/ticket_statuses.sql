select json_build_object(
    {{ head }},
    'basis', 'ticket',
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
            (1, 'New', measured.status_new),
            (2, 'Open', measured.status_open),
            (3, 'In Progress', measured.status_in_progress),
            (4, 'On Hold', measured.status_on_hold),
            (5, 'Pending', measured.status_pending),
            (6, 'Pending External', measured.status_pending_external),
            (7, 'Resolved', measured.status_resolved),
            (8, 'Rejected', measured.status_rejected),
            (9, 'Withdrawn', measured.status_withdrawn),
            (10, 'Closed', measured.status_closed)
        ) as part (position, status, count)
    )
)
from {{ snapshot_statuses }} as measured
