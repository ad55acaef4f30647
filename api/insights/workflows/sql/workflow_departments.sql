with counted as materialized (
    select workflow.department, series.series_key, measured.*
    from {{ groups_workflow }} as series
    inner join serving.workflow_facts as workflow on series.workflow_id = workflow.workflow_id
    cross join lateral {{ measures }} as measured
    where measured.tickets > 0
),
departments as materialized (
    select
        department,
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
),
timed as (select department as asked, series_key, 'resolution' as measure from counted),
{{ percentiles }}
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
            left join percentiles as resolved on measured.department = resolved.asked
            order by measured.tickets desc, measured.department
        ) as metric
    )
)
