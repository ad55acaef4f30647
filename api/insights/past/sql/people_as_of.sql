-- Distinct assignees: of each person one assignment up to the instant is looked for.
(
    select count(*) as users
    from serving.work_series as person
    cross join lateral (
        select
        from serving.item_rows as item
        cross join lateral (
            select * from serving.ticket_rows where ticket_rows.task_id = item.task_id limit 1
        ) as ticket
        where
            item.user_id = person.user_id
            and item.assigned_on <= :as_of::timestamptz
            and ticket.created_at <= :as_of::timestamptz
            and {{ asked_of_ticket }}
        order by item.assigned_on desc
        limit 1
    ) as seen
    where person.kept = 128
)
