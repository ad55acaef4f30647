-- An order that does not follow the days of creation: the whole range, and the pages before skipped.
(
    select
        coalesce(:start_date::date, '-infinity')::timestamp at time zone 'UTC' as since,
        (coalesce(:end_date::date, 'infinity') + 1)::timestamp at time zone 'UTC' as until,
        :offset::bigint as skipped
)
