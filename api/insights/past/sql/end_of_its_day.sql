((:as_of::timestamptz at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC'
