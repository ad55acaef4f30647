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
            from (
                select
                    branch.workflow_id,
                    branch.series_key,
                    array[branch.series_key] as histogram_keys
                from {{ groups_workflow }} as branch
            ) as series
            inner join serving.workflow_facts as workflow on series.workflow_id = workflow.workflow_id
            cross join lateral {{ measures }} as measured
            cross join (values ('resolution')) as timed (measure)
            cross join lateral {{ work_percentiles }} as resolved
            where measured.tickets > 0
            order by measured.tickets desc, workflow.workflow_id
        ) as metric
    )
)
