(
    select coalesce(jsonb_agg(person.user_name order by person.first_assigned_on, person.user_id), '[]')
    from (
        select
            item.user_id,
            max(item.user_name) as user_name,
            min(item.assigned_on) as first_assigned_on
        from serving.item_rows as item
        where item.task_id = ticket.task_id and item.assigned_on <= :as_of::timestamptz
        group by item.user_id
    ) as person
) as assigned_users
