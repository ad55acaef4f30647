-- A page, newest first, lies between the days on which the cumulative count passes its first and its
-- last row; only what is newer on its first day is left to skip.
(
    select
        greatest(last.day + 1, :start_date::date, '-infinity')::timestamp at time zone 'UTC' as since,
        (first.day + 1)::timestamp at time zone 'UTC' as until,
        :offset::bigint - (counted.upto - first.upto) as skipped
    from (values (true)) as always (present)
    left join lateral (
        select ticket_cube.day, {{ measure }} as upto from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day > coalesce((
                select newer.day from serving.ticket_cube as newer
                where
                    newer.series_key = series.series_key
                    and newer.day <= coalesce(:end_date::date, 'infinity')
                    and {{ measure }} < counted.upto - :offset::bigint
                order by newer.day desc
                limit 1
            ), '-infinity')
        order by ticket_cube.day
        limit 1
    ) as first on true
    left join lateral (
        select ticket_cube.day from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day <= first.day
            and {{ measure }} <= counted.upto - :offset::bigint - :page_size::bigint
        order by ticket_cube.day desc
        limit 1
    ) as last on true
)
