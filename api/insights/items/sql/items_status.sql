select json_build_object(
    {{ head }},
    'total_task_items', measured.items,
    'status_distribution', (
        select json_agg(
            json_build_object(
                'status', part.status,
                'count', part.count,
                'percentage', round(100.0 * part.count / nullif(measured.items, 0), 2)
            )
            order by part.count desc, part.position
        )
        from (
            values
            (1, 'new', measured.items_new),
            (2, 'in progress', measured.items_in_progress),
            (3, 'resolved', measured.items_resolved),
            (4, 'reassigned', measured.items_reassigned),
            (5, 'escalated', measured.items_escalated)
        ) as part (position, status, count)
    )
)
from {{ work_measures }} as measured
