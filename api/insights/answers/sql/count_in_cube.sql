(
    select upto - before as count, upto, before
    from (
        select
            coalesce((
                select {{ measure }} from serving.ticket_cube
                where
                    ticket_cube.series_key = series.series_key
                    and ticket_cube.day <= coalesce(:end_date::date, 'infinity')
                order by ticket_cube.day desc
                limit 1
            ), 0) as upto,
            coalesce((
                select {{ measure }} from serving.ticket_cube
                where ticket_cube.series_key = series.series_key and ticket_cube.day < :start_date::date
                order by ticket_cube.day desc
                limit 1
            ), 0) as before
    ) as cumulative
)
