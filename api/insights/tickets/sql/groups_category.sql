(
    select branch.series_key, branch.category
    from serving.ticket_series as branch
    where
        branch.category is not null
        and branch.category = coalesce(:category, branch.category)
        and serving.series_key(branch.department, null, branch.sub_category, branch.workflow_id, branch.priority)
        = serving.series_key(:department, null, :sub_category, :workflow_id, :priority)
)
