(
    select branch.series_key, branch.department
    from serving.ticket_series as branch
    where
        branch.department is not null
        and branch.department = coalesce(:department, branch.department)
        and serving.series_key(null, branch.category, branch.sub_category, branch.workflow_id, branch.priority)
        = serving.series_key(null, :category, :sub_category, :workflow_id, :priority)
)
