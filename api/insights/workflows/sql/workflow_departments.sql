with counted as (
    select workflow.department, series.series_key, measured.*
    from {{ groups_workflow }} as series
    inner join serving.workflow_facts as workflow on series.workflow_id = workflow.workflow_id
    cross join lateral {{ measures }} as measured
    where measured.tickets > 0
),
departments as (
    select
        department,
        array_agg(series_key) as histogram_keys,
        count(*) as workflows,
        sum(tickets) as tickets,
        sum(pending) as pending,
        sum(in_progress) as in_progress,
        sum(on_hold) as on_hold,
        sum(completed) as completed,
        sum(cancelled) as cancelled,
        sum(pending_external) as pending_external,
        sum(sla_met) as sla_met,
        sum(sla_breached) as sla_breached,
        sum(resolutions) as resolutions,
        sum(resolution_seconds) as resolution_seconds,
        sum(escalated) as escalated,
        sum(transferred) as transferred
    from counted
    group by department
)
select json_build_object(
    {{ head }},
    'department_analytics', (
        select coalesce(json_agg(row_to_json(metric)), '[]')
        from (
            select
                measured.department,
                measured.workflows as total_workflows,
                {{ ticket_figures }}
            from departments as measured
            cross join lateral (select measured.histogram_keys) as series
            cross join (values ('resolution')) as timed (measure)
            cross join lateral {{ work_percentiles }} as resolved
            order by measured.tickets desc, measured.department
        ) as metric
    )
)
