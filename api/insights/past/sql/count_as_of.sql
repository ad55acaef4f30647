-- The cube does not cross these filters: the rows of the index are counted, and those that have moved since.
(
    select (
        select count(*) from serving.ticket_rows as ticket
        where
            ticket.created_at <= :as_of::timestamptz
            and ticket.task_id not in (select moved.task_id from moved)
            and {{ row_conditions }}
    ) + (
        select count(*)
        from (
            select {{ ticket_then }}
            from moved
            cross join lateral {{ ticket_of_moved }} as ticket
        ) as ticket
        where {{ row_conditions }}
    ) as count
)
