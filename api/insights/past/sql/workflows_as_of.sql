-- Workflows with a ticket in the range up to the instant.
(
    select case
        when :workflow_id::bigint is not null then least(measured.tickets, 1)
        else (
            select count(*)
            from serving.ticket_series as branch
            cross join lateral (select branch.series_key) as series
            cross join lateral {{ measures_as_of }} as counted
            where
                serving.series_key(branch.department, branch.category, branch.sub_category, null, branch.priority)
                = root.series_key
                and branch.workflow_id is not null
                and counted.tickets > 0
        )
    end as workflows
    from (select series.series_key) as root
)
