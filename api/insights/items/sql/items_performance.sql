with timed as (
    select asked.measure as asked, asked.measure, unnest(series.histogram_keys) as series_key
    from (values ('action'), ('item_resolution')) as asked (measure)
),
{{ percentiles }}
select json_build_object(
    {{ head }},
    'total_task_items', measured.items,
    'time_to_action_hours', (
        select {{ spread_of_hours }}
        from (
            values ('action', measured.actions, measured.action_seconds)
        ) as spent (asked, samples, seconds)
        left join percentiles using (asked)
    ),
    'resolution_time_hours', (
        select {{ spread_of_hours }}
        from (
            values ('item_resolution', measured.item_resolutions, measured.item_resolution_seconds)
        ) as spent (asked, samples, seconds)
        left join percentiles using (asked)
    ),
    'sla_compliance', json_build_object(
        'summary', json_build_object(
            'total_tasks_with_sla', judged.met + judged.breached + judged.on_track + judged.at_risk,
            'tasks_met', judged.met,
            'tasks_on_track', judged.on_track,
            'tasks_at_risk', judged.at_risk,
            'tasks_breached', judged.breached,
            'current_compliance_rate_percent',
            round(100.0 * judged.met / nullif(judged.met + judged.breached, 0), 2)
        ),
        'by_current_status', json_build_object(
            'new', json_build_object(
                'total', measured.new_on_track + measured.new_at_risk + measured.new_breached,
                'on_track', measured.new_on_track,
                'at_risk', measured.new_at_risk,
                'breached', measured.new_breached
            ),
            'in progress', json_build_object(
                'total',
                measured.in_progress_on_track + measured.in_progress_at_risk + measured.in_progress_breached,
                'on_track', measured.in_progress_on_track,
                'at_risk', measured.in_progress_at_risk,
                'breached', measured.in_progress_breached
            ),
            'resolved', json_build_object(
                'total', measured.resolved_met + measured.resolved_missed,
                'met_sla', measured.resolved_met,
                'missed_sla', measured.resolved_missed,
                'not_judged', 0
            ),
            'escalated', json_build_object(
                'total', measured.escalated_in_time + measured.escalated_missed,
                'met_sla', 0,
                'missed_sla', measured.escalated_missed,
                'not_judged', measured.escalated_in_time
            ),
            'reassigned', json_build_object(
                'total', measured.reassigned_with_target,
                'met_sla', 0,
                'missed_sla', 0,
                'not_judged', measured.reassigned_with_target
            )
        )
    ),
    'active_items', measured.items_open,
    'overdue_items', measured.new_breached + measured.in_progress_breached
)
from {{ work_measures }} as measured
cross join lateral (
    select
        measured.resolved_met as met,
        measured.new_on_track + measured.in_progress_on_track as on_track,
        measured.new_at_risk + measured.in_progress_at_risk as at_risk,
        measured.new_breached + measured.in_progress_breached + measured.resolved_missed
        + measured.escalated_missed as breached
) as judged
