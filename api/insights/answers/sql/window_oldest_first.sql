-- The same, oldest first.
(
    select
        first.day::timestamp at time zone 'UTC' as since,
        (coalesce(last.day, :end_date::date, 'infinity') + 1)::timestamp at time zone 'UTC' as until,
        :offset::bigint - (coalesce((
            select {{ measure }} from serving.ticket_cube
            where ticket_cube.series_key = series.series_key and ticket_cube.day < first.day
            order by ticket_cube.day desc
            limit 1
        ), 0) - counted.before) as skipped
    from (values (true)) as always (present)
    left join lateral (
        select ticket_cube.day from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day >= coalesce(:start_date::date, '-infinity')
            and {{ measure }} > counted.before + :offset::bigint
        order by ticket_cube.day
        limit 1
    ) as first on true
    left join lateral (
        select ticket_cube.day from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day >= first.day
            and ticket_cube.day <= coalesce(:end_date::date, 'infinity')
            and {{ measure }} >= counted.before + :offset::bigint + :page_size::bigint
        order by ticket_cube.day
        limit 1
    ) as last on true
)
