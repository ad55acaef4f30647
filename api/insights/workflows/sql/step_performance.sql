with steps as materialized (
    select
        step.step_id,
        step.step_name,
        step.workflow_id,
        step.workflow_name,
        step.role,
        step.position,
        series.histogram_keys,
        measured.*,
        measured.resolved_met as items_met,
        measured.new_breached + measured.in_progress_breached
        + measured.resolved_missed + measured.escalated_missed as items_breached
    from {{ step_groups }} as series
    inner join serving.step_facts as step on series.step_id = step.step_id
    cross join lateral {{ work_measures }} as measured
    where
        (measured.visits > 0 or measured.items > 0)
        and step.workflow_id = coalesce(:workflow_id::bigint, step.workflow_id)
),
timed as (
    select step_id as asked, unnest(histogram_keys) as series_key, 'visit' as measure
    from steps
),
{{ percentiles }}
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
                step.visits as total_tasks,
                step.visits_completed as completed_tasks,
                round(100.0 * step.visits_completed / nullif(step.visits, 0), 2) as completion_rate,
                step.visits,
                step.visits_completed as completed_visits,
                step.visits_rejected as rejections,
                step.visits_open as currently_here,
                coalesce(dwelt.samples, 0) as samples,
                round(step.visit_seconds / 3600.0 / nullif(step.visits - step.visits_open, 0), 2) as avg_hours,
                round((dwelt.median_seconds / 3600)::numeric, 2) as median_hours,
                round((dwelt.p90_seconds / 3600)::numeric, 2) as p90_hours,
                step.items as task_items,
                step.origin_escalation as escalations,
                step.origin_transferred as transfers,
                step.items_met,
                step.items_breached,
                round(100.0 * step.items_breached / nullif(step.items_met + step.items_breached, 0), 2)
                as item_sla_breach_rate
            from steps as step
            left join percentiles as dwelt on step.step_id = dwelt.asked
            order by step.workflow_id, step.position, step.step_id
        ) as metric
    )
)
