-- Workflows with a ticket in the range. A branch is the same series narrowed to one workflow.
(
    select case
        when :workflow_id::bigint is not null then least(measured.tickets, 1)
        else (
            select count(*)
            from serving.ticket_series as branch
            where
                serving.series_key(branch.department, branch.category, branch.sub_category, null, branch.priority)
                = root.series_key
                and branch.workflow_id is not null
                and (
                    (:start_date::date is null and :end_date::date is null)
                    or (
                        select counted.tickets > 0
                        from (select branch.series_key) as series
                        cross join lateral {{ measures }} as counted
                    )
                )
        )
    end as workflows
    from (select series.series_key) as root
)
