-- The cube's row at the end of the range, and the one before its start, which counts against it.
(
    (
        select 1 as sign, work_cube.* from serving.work_cube
        where
            work_cube.series_key = part.series_key
            and work_cube.day <= coalesce(:end_date::date, 'infinity')
        order by work_cube.day desc
        limit 1
    )
    union all
    (
        select -1 as sign, work_cube.* from serving.work_cube
        where work_cube.series_key = part.series_key and work_cube.day < :start_date::date
        order by work_cube.day desc
        limit 1
    )
)
