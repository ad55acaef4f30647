-- The cube does not cross these filters: the rows of the index are counted.
(
    select count(*) from serving.ticket_rows as ticket
    where
        {{ conditions }}
        and ticket.created_at >= coalesce(:start_date::date, '-infinity')::timestamp at time zone 'UTC'
        and ticket.created_at < (coalesce(:end_date::date, 'infinity') + 1)::timestamp at time zone 'UTC'
)
