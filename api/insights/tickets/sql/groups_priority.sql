-- All four, also those that the filter leaves without a ticket: they have no key, and count zero.
(
    select
        position,
        priority,
        case when priority = coalesce(:priority, priority) then serving.series_key(
            :department::text, :category::text, :sub_category::text, :workflow_id::bigint, priority
        ) end as series_key
    from (values (1, 'Critical'), (2, 'High'), (3, 'Medium'), (4, 'Low')) as known (position, priority)
)
