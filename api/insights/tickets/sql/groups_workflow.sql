(
    select branch.series_key, branch.workflow_id, branch.workflow_name
    from serving.ticket_series as branch
    where
        branch.workflow_id is not null
        and branch.workflow_id = coalesce(:workflow_id, branch.workflow_id)
        and serving.series_key(branch.department, branch.category, branch.sub_category, null, branch.priority)
        = serving.series_key(:department, :category, :sub_category, null, :priority)
)
