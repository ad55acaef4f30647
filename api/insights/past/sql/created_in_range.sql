(:start_date::date is null or ticket.created_at >= :start_date::date::timestamp at time zone 'UTC')
and (:end_date::date is null or ticket.created_at < (:end_date::date + 1)::timestamp at time zone 'UTC')
