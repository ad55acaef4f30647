values (1, coalesce(:end_date::date, 'infinity')), (-1, :start_date::date - 1)
