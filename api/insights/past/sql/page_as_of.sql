-- The page lies among the first rows of those that have moved since and of those that have not, each in order.
(
    (
        select {{ ticket_unmoved }}
        from serving.ticket_rows as ticket
        where
            ticket.created_at <= :as_of::timestamptz
            and ticket.task_id not in (select moved.task_id from moved)
            and {{ row_conditions }}
        order by {{ order }}
        limit :offset::bigint + :page_size::bigint
    )
    union all
    (
        select ticket.*
        from (
            select {{ ticket_then }}
            from moved
            cross join lateral {{ ticket_of_moved }} as ticket
            -- Beside its own rows the planner need not look into the others.
            offset 0
        ) as ticket
        where {{ row_conditions }}
        order by {{ order }}
        limit :offset::bigint + :page_size::bigint
    )
) as ticket
