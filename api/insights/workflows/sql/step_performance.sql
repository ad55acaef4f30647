select json_build_object(
    {{ head }},
    'step_performance', (
        select coalesce(json_agg(row_to_json(metric)), '[]')
        from (
            select
                step.step_id,
                step.step_name,
                step.workflow_id,
                step.workflow_name,
                step.role as role_name,
                measured.visits as total_tasks,
                measured.visits_completed as completed_tasks,
                round(100.0 * measured.visits_completed / nullif(measured.visits, 0), 2) as completion_rate,
                measured.visits,
                measured.visits_completed as completed_visits,
                measured.visits_rejected as rejections,
                measured.visits_open as currently_here,
                dwelt.samples as samples,
                round(measured.visit_seconds / 3600.0 / nullif(measured.visits - measured.visits_open, 0), 2)
                as avg_hours,
                round((dwelt.median_seconds / 3600)::numeric, 2) as median_hours,
                round((dwelt.p90_seconds / 3600)::numeric, 2) as p90_hours,
                measured.items as task_items,
                measured.origin_escalation as escalations,
                measured.origin_transferred as transfers,
                judged.met as items_met,
                judged.breached as items_breached,
                round(100.0 * judged.breached / nullif(judged.met + judged.breached, 0), 2)
                as item_sla_breach_rate
            from {{ step_groups }} as series
            inner join serving.step_facts as step on series.step_id = step.step_id
            cross join lateral {{ work_measures }} as measured
            cross join lateral (
                select
                    measured.resolved_met as met,
                    measured.new_breached + measured.in_progress_breached
                    + measured.resolved_missed + measured.escalated_missed as breached
            ) as judged
            cross join (values ('visit')) as timed (measure)
            cross join lateral {{ work_percentiles }} as dwelt
            where
                (measured.visits > 0 or measured.items > 0)
                and step.workflow_id = coalesce(:workflow_id::bigint, step.workflow_id)
            order by step.workflow_id, step.position, step.step_id
        ) as metric
    )
)
