(
    select coalesce(sum(measured.count), 0)::bigint as count
    from {{ groups_workflow }} as series
    inner join serving.workflow_facts as workflow on series.workflow_id = workflow.workflow_id
    cross join lateral {{ count_in_cube }} as measured
    where workflow.department = coalesce(:workflow_department::text, workflow.department)
)
