select json_build_object(
    {{ head }},
    'total_task_items', measured.items,
    'origin_distribution', (
        select json_agg(
            json_build_object(
                'origin', part.origin,
                'count', part.count,
                'percentage', round(100.0 * part.count / nullif(measured.items, 0), 2)
            )
            order by part.count desc, part.position
        )
        from (
            values
            (1, 'System', measured.origin_system),
            (2, 'Transferred', measured.origin_transferred),
            (3, 'Escalation', measured.origin_escalation)
        ) as part (position, origin, count)
    )
)
from {{ work_measures }} as measured
