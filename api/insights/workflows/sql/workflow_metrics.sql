with counted as materialized (
    select series.workflow_id, series.series_key, measured.*
    from {{ groups_workflow }} as series
    cross join lateral {{ measures }} as measured
    where measured.tickets > 0
),
timed as (select workflow_id as asked, series_key, 'resolution' as measure from counted),
{{ percentiles }}
select json_build_object(
    {{ head }},
    'workflow_metrics', (
        select coalesce(json_agg(row_to_json(metric)), '[]')
        from (
            select
                workflow.workflow_id,
                workflow.workflow_name,
                workflow.department,
                workflow.category,
                workflow.sub_category,
                {{ ticket_figures }}
            from counted as measured
            inner join serving.workflow_facts as workflow on measured.workflow_id = workflow.workflow_id
            left join percentiles as resolved on measured.workflow_id = resolved.asked
            order by measured.tickets desc, workflow.workflow_id
        ) as metric
    )
)
