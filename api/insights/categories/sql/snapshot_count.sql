-- What the series of `series.series_keys` counted together between the two dates: two cube rows each.
(
    select coalesce(sum(coalesce(upto.tickets, 0) - coalesce(before.tickets, 0)), 0)::bigint as count
    from unnest(series.series_keys) as part (series_key)
    left join lateral (
        select {{ measure }} as tickets from serving.snapshot_cube
        where
            snapshot_cube.series_key = part.series_key
            and snapshot_cube.day <= coalesce(:end_date::date, 'infinity')
        order by snapshot_cube.day desc
        limit 1
    ) as upto on true
    left join lateral (
        select {{ measure }} as tickets from serving.snapshot_cube
        where snapshot_cube.series_key = part.series_key and snapshot_cube.day < :start_date::date
        order by snapshot_cube.day desc
        limit 1
    ) as before on true
)
