-- What window_newest_first.sql does, for work that a single series counts.
(
    select
        greatest(last.day + 1, :start_date::date, '-infinity')::timestamp at time zone 'UTC' as since,
        (first.day + 1)::timestamp at time zone 'UTC' as until,
        :offset::bigint - (counted.upto - first.upto) as skipped
    from (values (true)) as always (present)
    left join lateral (
        select work_cube.day, {{ measure }} as upto from serving.work_cube
        where
            work_cube.series_key = series.series_keys[1]
            and work_cube.day > coalesce((
                select newer.day from serving.work_cube as newer
                where
                    newer.series_key = series.series_keys[1]
                    and newer.day <= coalesce(:end_date::date, 'infinity')
                    and {{ measure }} < counted.upto - :offset::bigint
                order by newer.day desc
                limit 1
            ), '-infinity')
        order by work_cube.day
        limit 1
    ) as first on true
    left join lateral (
        select work_cube.day from serving.work_cube
        where
            work_cube.series_key = series.series_keys[1]
            and work_cube.day <= first.day
            and {{ measure }} <= counted.upto - :offset::bigint - :page_size::bigint
        order by work_cube.day desc
        limit 1
    ) as last on true
)
